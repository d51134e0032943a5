import { hypothesisId } from '@bridge/contracts';
import type { PersonState } from './person-state.ts';

/** A question that a person may still answer. */
export type OpenQuestion = { readonly hypothesisId: string; readonly expiresAt: number };

/** The questions of open alerts, and those beside a rule that another signal spoke against. */
export function openQuestions({ alerts, contraries, now }: PersonState, at = now): OpenQuestion[] {
  return [
    ...alerts.map(({ id, askedUntil }) => ({ hypothesisId: hypothesisId(id), expiresAt: askedUntil })),
    ...contraries.flatMap(([, until, id]) => (id === '' ? [] : [{ hypothesisId: id, expiresAt: until }])),
  ].filter(({ expiresAt }) => expiresAt > at);
}
