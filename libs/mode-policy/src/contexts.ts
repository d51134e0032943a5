import type { Context } from '@bridge/contracts';
import { isActiveAt } from './activities.ts';
import { isAfterExertion } from './exertions.ts';
import { hasFlag, manualFlag, movingFlag, sedentaryFlag, spotFlag, statedContext } from './flags.ts';
import type { PersonState } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';

export type ContextBasis = Pick<PersonState, 'activities' | 'steps' | 'exertions' | 'restUntil'>;

/**
 * The context of a reading as it is known now. It is not kept: an activity, workout or steps that arrive later judge the
 * contexts of the readings that they cover anew.
 */
export function contextAt(
  state: ContextBasis,
  { at, flags, device }: { readonly at: number; readonly flags: number; readonly device: number },
  policy: PolicyValues,
): Context {
  const stated = statedContext(flags);
  if (stated !== 'unknown') return stated;
  if (hasFlag(flags, movingFlag) || isActiveAt(state, at, policy)) return 'active';
  if (isRestByAnswer(state, device, at, policy)) return 'rest';
  const isInferred = hasFlag(flags, sedentaryFlag | spotFlag | manualFlag);
  return isInferred && !isAfterExertion(state.exertions, at, policy) ? 'rest' : 'unknown';
}

export function isAtRest(context: Context): boolean {
  return context === 'rest' || context === 'sleep';
}

function isRestByAnswer(
  { restUntil }: ContextBasis,
  device: number,
  at: number,
  { thresholds }: PolicyValues,
): boolean {
  if (restUntil?.[0] !== device) return false;
  return at <= restUntil[1] && at >= restUntil[1] - thresholds.context.rest_after_answer;
}
