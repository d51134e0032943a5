import type { Context } from '@bridge/contracts';
import type { PersonState } from './person-state.ts';
import type { Thresholds } from './rule-set.ts';
import type { Signal } from './signals.ts';

export type RuleInputs = { readonly rmssd: Signal | undefined; readonly readiness: Signal | undefined };

const anyContext: readonly Context[] = ['sleep', 'rest', 'unknown', 'active'];
const notActive: readonly Context[] = ['sleep', 'rest', 'unknown'];

/** The newest fresh RMSSD in every context but active, and the newest fresh readiness. */
export function inputsAt(state: PersonState, now: number, { fresh_for }: Thresholds): RuleInputs {
  return {
    rmssd: newestFresh(state, 'hrv_rmssd', notActive, now, fresh_for.hrv_rmssd),
    readiness: newestFresh(state, 'readiness_score', anyContext, now, fresh_for.readiness_score),
  };
}

/** RMSSD and readiness are both low. */
export function enters({ rmssd, readiness }: RuleInputs, { rules }: Thresholds): boolean {
  const { enter } = rules.stress_overload;
  return (
    rmssd !== undefined &&
    readiness !== undefined &&
    rmssd.value < enter.hrv_rmssd_below &&
    readiness.value < enter.readiness_score_below
  );
}

/** One of them has recovered with some margin, or is no longer known. */
export function leaves({ rmssd, readiness }: RuleInputs, { rules }: Thresholds): boolean {
  const { leave } = rules.stress_overload;
  return (
    rmssd === undefined ||
    readiness === undefined ||
    rmssd.value >= leave.hrv_rmssd_from ||
    readiness.value >= leave.readiness_score_from
  );
}

function newestFresh(
  { newest }: PersonState,
  metric: string,
  contexts: readonly Context[],
  now: number,
  freshFor: { readonly sleep: number; readonly otherwise: number },
): Signal | undefined {
  let found: Signal | undefined;
  for (const context of contexts) {
    const signal = newest[`${metric}/${context}`];
    if (signal === undefined) continue;
    const limit = context === 'sleep' ? freshFor.sleep : freshFor.otherwise;
    if (now - signal.at <= limit && (found === undefined || isNewer(signal, found))) found = signal;
  }
  return found;
}

/** Of equal times the smaller event id counts. */
function isNewer(a: Signal, b: Signal): boolean {
  return a.at > b.at || (a.at === b.at && a.eventId < b.eventId);
}
