import { CodedError } from '@bridge/core';
import type { AnnounceDeadLetters, BeginBatch } from '@bridge/delivery';
import { headerOf, type IncomingMessage } from '@bridge/kafka';
import type { Sealing } from '@bridge/vault';
import { compose, evolve, storeState } from '@bridge/mode-policy';
import { sealColumns, type DecisionStore, type ActiveRules } from '@bridge/decision-store';
import type { DecisionBatch, Refusal } from '../decide-batch.ts';
import type { ItemResult } from '../graph/state.ts';
import { admitEvents, stateOf, type Admission, type AdmitEventsDeps } from './admit-events.ts';
import type { Announce } from './announce.ts';
import type { DeadLetterLog } from './dead-letter-log.ts';
import { tallyOf, type DecisionMetrics, type Tally } from './decision-metrics.ts';
import type { DueAgain } from './make-due.ts';
import type { PersonsInHand } from './persons-in-hand.ts';
import { stageRows, type Outcome, type PersonChange } from './stage-rows.ts';
import type { BatchInFlight, StateCache } from './state-cache.ts';

export type DecisionBatchDeps = AdmitEventsDeps & {
  readonly beginBatch: BeginBatch;
  readonly sealing: Pick<Sealing, 'sealAll'>;
  readonly store: DecisionStore;
  readonly cache: StateCache;
  readonly activeRules: () => ActiveRules;
  readonly announce: Announce;
  readonly dueAgain: Pick<DueAgain, 'stored'>;
  readonly inHand: Pick<PersonsInHand, 'openHold'>;
  readonly announceDeadLetters: AnnounceDeadLetters;
  readonly metrics: Pick<DecisionMetrics, 'decided' | 'refused'>;
  readonly logDeadLetters: DeadLetterLog;
};

export type OpenDecisionBatch = (messages: readonly IncomingMessage[], locked: boolean) => DecisionBatch;

type State =
  | { readonly phase: 'opened' }
  | { readonly phase: 'admitted'; readonly admission: Admission }
  | {
      readonly phase: 'staged';
      readonly inFlight: BatchInFlight;
      readonly tally: Tally;
      readonly refused: readonly Refusal[];
    };

/** Reads and writes micro-batches. */
export function createDecisionBatches(deps: DecisionBatchDeps): OpenDecisionBatch {
  const { store, cache, metrics } = deps;
  return function openBatch(messages, locked) {
    const active = deps.activeRules();
    const transaction = deps.beginBatch(messages, locked);
    const hold = deps.inHand.openHold();
    let state: State = { phase: 'opened' };
    return {
      rules: active.rules,
      async admit(candidates) {
        const batch = { transaction, locked, rules: active.rules, hold };
        const admission = await admitEvents(deps, batch, candidates);
        state = { phase: 'admitted', admission };
        return admission;
      },
      async stage(decided, refused, attempt) {
        if (state.phase !== 'admitted') {
          throw new CodedError('not_admitted', 'permanent', 'a batch was staged before it was read');
        }
        const { keys, events } = state.admission;
        const { rows, announcements, changes } = stageDecisions(
          deps.announce,
          active,
          state.admission,
          decided,
        );
        const deadLetters = await deps.announceDeadLetters(refused.filter(isDeadLetter), attempt);
        // Whatever is held from here to the commit lives through a garbage collection or two: as little as possible.
        const statements = sealColumns(deps.sealing, rows).then((sealed) =>
          store.statementsOf(rows, sealed, locked),
        );
        transaction.stage(statements, [...announcements, ...deadLetters]);
        const { policyVersion } = active.rules;
        for (const { person, before, after, json } of changes) {
          cache.set(person.subjectId, { version: before.version + 1, policyVersion, state: after, json });
        }
        const inFlight = { keys, events };
        cache.inFlight.add(inFlight);
        const tally = tallyOf(decided.flatMap(({ decisions }) => decisions));
        state = { phase: 'staged', inFlight, tally, refused };
      },
      commit: (moves) => transaction.commit(moves),
      settled() {
        hold.release();
        if (state.phase !== 'staged') return;
        cache.inFlight.delete(state.inFlight);
        deps.dueAgain.stored(active, state.inFlight.events.keys());
        transaction.handOver();
        metrics.decided(state.tally);
        metrics.refused(state.refused);
        deps.logDeadLetters(state.refused);
      },
      async abandon() {
        hold.release();
        if (state.phase === 'staged') cache.inFlight.delete(state.inFlight);
        await transaction.abandon();
      },
    };
  };
}

/** Turns the decisions on a batch into rows and messages, and each person's state into the one after them. */
function stageDecisions(
  announce: Announce,
  active: ActiveRules,
  { admitted, persons, states, upgrades }: Admission,
  decided: readonly ItemResult[],
) {
  const after = new Map<string, Omit<PersonChange, 'json'>>();
  const outcomes: Outcome[] = [];
  for (const [subjectId, decision] of upgrades) {
    const person = persons.get(subjectId);
    if (person) outcomes.push({ person, decisions: [decision], composed: [compose(decision, active.rules)] });
  }
  const ofEvents = admitted.map(({ subjectId, event, json, message }, index): Outcome => {
    const person = persons.get(subjectId);
    if (!person) {
      throw new CodedError('person_missing', 'permanent', 'an event was admitted without its person');
    }
    const { decisions, used, composed, findings } = decided[index] ?? { decisions: [], used: [] };
    const before = after.get(subjectId)?.before ?? stateOf(states, subjectId);
    const state = evolve(after.get(subjectId)?.after ?? before.state, decisions);
    after.set(subjectId, { person, before, after: state });
    const traceparent = headerOf(message, 'traceparent');
    const origin = { partition: message.partition, offset: message.offset };
    return { person, decisions, composed, findings, event, origin, json, used, traceparent };
  });
  outcomes.push(...ofEvents);
  const changes = Array.from(after.values(), (change) => ({ ...change, json: storeState(change.after) }));
  return { ...stageRows(outcomes, changes, active, announce), changes };
}

function isDeadLetter({ kind }: Refusal): boolean {
  return kind === 'deadLetter';
}
