import type { Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import { decide, evolve, type Decision } from '../domain/decide.ts';
import { collectKnown } from '../domain/known-events.ts';
import { initial, type PersonState } from '../domain/person-state.ts';
import { signalsOf } from '../domain/signals.ts';
import type { KeptRules } from './rule-sets.ts';
import { openEvent, openSnapshot } from './sealed-rows.ts';

type Step = {
  readonly seq: number;
  readonly rules: number;
  readonly eventId: Buffer | null;
  readonly payload: Buffer | null;
  readonly due: Date | null;
};

/** A person's state, decided again. */
export type Rebuilt = {
  readonly state: PersonState;
  /** The policy of the snapshot that it starts from. */
  readonly policyVersion: number;
  readonly steps: number;
  readonly transitionIds: readonly string[];
  readonly signalIds: readonly string[];
  /** What the last step meant. */
  readonly lastDecisions: readonly Decision[];
  /** Numbers that are missing between the snapshot and the last step: 0 if nothing was lost. */
  readonly gaps: number;
};

export type RebuildOptions = {
  readonly from?: 'last snapshot' | 'beginning';
  /** The last `seq` that counts. Default: all. */
  readonly upTo?: number;
};

/**
 * Decides a person's stored events and ticks again in `seq` order, from the last snapshot or from the beginning, each
 * under the rules that were recorded for it. Returns undefined where nothing was ever decided.
 */
export async function rebuildState(
  query: Query,
  kept: KeptRules,
  person: LiveSubject,
  { from = 'last snapshot', upTo = Number.MAX_SAFE_INTEGER }: RebuildOptions = {},
): Promise<Rebuilt | undefined> {
  const [snapshot] = await query<{ seq: number; policyVersion: number; state: Buffer | null }>(
    `select seq, policy_version "policyVersion", state from cognition.snapshots
      where subject_id = $1 and seq < $2 order by seq ${from === 'beginning' ? 'asc' : 'desc'} limit 1`,
    [person.subjectId, upTo],
  );
  if (!snapshot) return undefined;
  const steps = await query<Step>(
    `select seq, rules, event_id "eventId", payload, null::timestamptz due from biometric_events
      where subject_id = $1 and seq <= $2
     union all
     select seq, rules, null, null, due from cognition.ticks where subject_id = $1 and seq <= $2
      order by seq`,
    [person.subjectId, upTo],
  );
  const known = collectKnown();
  const transitionIds: string[] = [];
  const signalIds: string[] = [];
  let state = snapshot.state ? openSnapshot(snapshot.state, snapshot.seq, person) : initial;
  let [count, last] = [0, snapshot.seq];
  let lastDecisions: readonly Decision[] = [];
  for (const step of steps) {
    const event = step.eventId && step.payload ? openEvent(step.payload, step.eventId, person) : undefined;
    if (step.seq > snapshot.seq) {
      const rules = await kept.byNr(step.rules);
      const decisions = event
        ? decide(state, { kind: 'event', event, signals: signalsOf(event, rules), known }, rules)
        : decide(state, { kind: 'tick', userId: person.userId, due: step.due?.getTime() ?? 0 }, rules);
      for (const { transition, alertSignals } of decisions) {
        if (transition) transitionIds.push(transition.transition_id);
        signalIds.push(...alertSignals.map(({ signal_id }) => signal_id));
      }
      state = evolve(state, decisions);
      lastDecisions = decisions;
      count += 1;
      last = step.seq;
    }
    if (event) known.add(event);
  }
  return {
    state,
    policyVersion: snapshot.policyVersion,
    steps: count,
    transitionIds,
    signalIds,
    lastDecisions,
    gaps: last - snapshot.seq - count,
  };
}
