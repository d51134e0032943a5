import { hourMs, minuteMs } from './clock.ts';

/** An episode in a person's life. Days count from the beginning of the life; a day's night ends in its morning. */
export type Episode =
  | { readonly kind: 'illness'; readonly day: number; readonly days: number }
  | { readonly kind: 'overreaching'; readonly day: number; readonly days: number }
  | { readonly kind: 'irregular_nights'; readonly day: number; readonly days: number }
  /** From `day` on the device is of another source, whose RMSSD is `factor` times the old one's. */
  | { readonly kind: 'device_swap'; readonly day: number; readonly factor: number }
  | AcuteEpisode;

/** Live readings of a person who sits still in the afternoon. */
export type AcuteEpisode = {
  readonly kind: 'acute';
  readonly day: number;
  readonly metric: 'heart_rate' | 'spo2' | 'body_temperature';
  readonly value: number;
  readonly everyMs: number;
  readonly readings: number;
  /** Just before, another device of the person whose clock is so much ahead measures an ordinary pulse. */
  readonly otherClockAheadMs: number;
};

/** What an episode adds to a night and to the day after it. */
export type Effect = {
  readonly pulse: number;
  readonly temperature: number;
  readonly respiration: number;
  readonly rmssdFactor: number;
  readonly stepsFactor: number;
  readonly isIrregular: boolean;
};

const noEffect: Effect = {
  pulse: 0,
  temperature: 0,
  respiration: 0,
  rmssdFactor: 1,
  stepsFactor: 1,
  isIrregular: false,
};

const ill: Effect = {
  ...noEffect,
  pulse: 6,
  temperature: 1,
  respiration: 2.5,
  rmssdFactor: 0.8,
  stepsFactor: 0.5,
};

export function effectOn(episode: Episode | undefined, day: number): Effect {
  if (episode === undefined || episode.kind === 'acute' || episode.kind === 'device_swap') return noEffect;
  const since = day - episode.day;
  if (since < 0 || since >= episode.days) return noEffect;
  switch (episode.kind) {
    case 'illness':
      return ill;
    case 'overreaching': {
      const share = (since + 1) / episode.days;
      return { ...noEffect, pulse: 6 * share, rmssdFactor: 1 - 0.3 * share };
    }
    case 'irregular_nights':
      return { ...noEffect, isIrregular: true };
  }
}

/** Local hour of the first reading of an acute episode. */
export const acuteHour = 15;

/** Nobody moves for so long before the first reading. */
export const quietBeforeMs = 90 * minuteMs;

type Span = { readonly from: number; readonly until: number };

/** From when to when nothing but the episode happens; in ms, for a local midnight. */
export function quietSpan(episode: Episode | undefined, day: number, midnightMs: number): Span | undefined {
  if (episode?.kind !== 'acute' || episode.day !== day) return undefined;
  const first = midnightMs + acuteHour * hourMs;
  return { from: first - quietBeforeMs, until: first + episode.everyMs * episode.readings + 30 * minuteMs };
}
