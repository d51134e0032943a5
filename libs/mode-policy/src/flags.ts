import type { Context } from '@bridge/contracts';

// What is known of a reading beside its value, as bits of one small number, because a state keeps many of them.

const contexts = ['unknown', 'rest', 'sleep', 'active'] as const satisfies readonly Context[];
const contextMask = 3;

/** The device reported motion as active. */
export const movingFlag = 4;
/** The device reported motion as sedentary. */
export const sedentaryFlag = 8;
/** The same event carries RMSSD or stress. */
export const spotFlag = 16;
/** Entered by hand. */
export const manualFlag = 32;
/** It spans at least a minute. */
export const sustainedFlag = 64;
/** A night's or a day's value. */
export const dailyFlag = 128;

/** The context that the reading or its event states. */
export function statedContext(flags: number): Context {
  return contexts[flags & contextMask] as Context;
}

export function contextFlag(context: Context): number {
  return contexts.indexOf(context);
}

/** Readings with equal keys share an order of time: a late one is older than another of its own context. */
export function contextKey(flags: number): number {
  return flags & contextMask;
}

export function hasFlag(flags: number, flag: number): boolean {
  return (flags & flag) !== 0;
}

/** One reading of it is enough, to enter and to leave. */
export function countsAlone(flags: number): boolean {
  return (flags & (sustainedFlag | manualFlag | dailyFlag)) !== 0;
}
