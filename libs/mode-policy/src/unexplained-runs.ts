import type { Context } from '@bridge/contracts';
import { isActiveAt } from './activities.ts';
import type { Draft } from './draft.ts';
import type { UnexplainedRun } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';

/** Follows the high pulses of a device whose context is unknown. */
export function followRun(
  draft: Draft,
  { device, at, value }: { readonly device: number; readonly at: number; readonly value: number },
  context: Context,
  limit: number | undefined,
  { thresholds }: PolicyValues,
): void {
  const { above_t, apart_at_most } = thresholds.rules.pulse_unexplained;
  const index = draft.runs.findIndex((run) => run.device === device);
  const run = draft.runs[index];
  const isHigh = context === 'unknown' && limit !== undefined && value > limit + above_t;
  if (isHigh) {
    const goesOn = run !== undefined && run.count > 0 && at - run.last <= apart_at_most && at >= run.last;
    const next: UnexplainedRun = goesOn
      ? { ...run, last: at, count: run.count + 1, value }
      : { device, from: at, last: at, count: 1, value };
    draft.runs = index === -1 ? [...draft.runs, next] : draft.runs.with(index, next);
  } else if (run !== undefined && run.count > 0) {
    draft.runs = draft.runs.with(index, { ...run, count: 0 });
  }
}

/** Whether the run is long enough, and nothing that is known of movement explains it. */
export function isUnexplained(
  run: UnexplainedRun,
  movement: Pick<Draft, 'activities' | 'steps'>,
  policy: PolicyValues,
): boolean {
  const { readings_at_least, over } = policy.thresholds.rules.pulse_unexplained;
  if (run.count < readings_at_least || run.last - run.from < over) return false;
  return !isExplained(run, movement, policy);
}

const pointsEvery = 5 * 60_000;

/** Movement covers it: no stretch of it that is long enough is left without. */
export function isExplained(
  { from, last }: Pick<UnexplainedRun, 'from' | 'last'>,
  movement: Pick<Draft, 'activities' | 'steps'>,
  policy: PolicyValues,
): boolean {
  if (movement.activities.length === 0 && movement.steps.length === 0) return false;
  const { over } = policy.thresholds.rules.pulse_unexplained;
  let since = from;
  let isCovered = false;
  for (let at = from; at <= last; at += pointsEvery) {
    if (isActiveAt(movement, at, policy)) {
      isCovered = true;
      since = at + pointsEvery;
    } else if (at - since >= over) return false;
  }
  return isCovered && last - since < over;
}
