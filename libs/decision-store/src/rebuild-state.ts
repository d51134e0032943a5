import type { BiometricEvent } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import {
  type Command,
  decide,
  type Decision,
  evolve,
  type PersonState,
  type RuleSet,
  signalsOf,
} from '@bridge/mode-policy';
import { readEarlier, rememberAll } from './earlier-events.ts';
import type { KeptRules } from './rule-sets.ts';
import { unsealEvent } from './sealed-rows.ts';
import { loadSnapshot } from './snapshots.ts';
import { eventsUpTo } from './stored-events.ts';

type StepRow = {
  readonly seq: number;
  readonly rules: number;
  readonly eventId: Buffer | null;
  readonly payload: Buffer | null;
  readonly due: Date | null;
};

/** An event, or else time that passed up to `due`, in ms since 1970. */
type Step = {
  readonly seq: number;
  readonly rules: number;
  readonly event: BiometricEvent | undefined;
  readonly due: number;
};

/** A person's state, decided again. */
export type RebuildResult = {
  readonly state: PersonState;
  /** The policy of the snapshot that it starts from. */
  readonly policyVersion: number;
  /** The `seq` of that snapshot: the decisions after it were made again. */
  readonly firstSeq: number;
  readonly steps: number;
  readonly transitionIds: readonly string[];
  readonly signalIds: readonly string[];
  /** The last step: the state before it, its input, and the rules that decided it. */
  readonly lastStep: ReplayedStep | undefined;
  /** Numbers that are missing between the snapshot and the last step: 0 if nothing was lost. */
  readonly gaps: number;
};

export type ReplayedStep = {
  readonly before: PersonState;
  readonly command: Command;
  readonly rules: RuleSet;
};

export type RebuildOptions = {
  readonly from?: 'last snapshot' | 'beginning';
  /** The last `seq` that counts. Default: all. */
  readonly upTo?: number;
  /** Called with every decision, in order. */
  readonly onDecision?: (decision: Decision) => void;
};

/** Read at a time: a person may have hundreds of thousands. */
const pageOfSteps = 1_000;

/**
 * Decides a person's stored events and ticks again in `seq` order, from the last snapshot or from the beginning, each
 * under the rules that were recorded for it. Returns undefined where nothing was ever decided. From the beginning all
 * events are remembered, so that nothing hangs on which of them are looked up. What an older policy decided cannot be
 * decided again: the beginning is the first snapshot of this one.
 */
export async function rebuildState(
  query: Query,
  kept: KeptRules,
  person: LiveSubject,
  { from = 'last snapshot', upTo = Number.MAX_SAFE_INTEGER, onDecision }: RebuildOptions = {},
): Promise<RebuildResult | undefined> {
  const fromBeginning = from === 'beginning';
  const snapshot = fromBeginning
    ? await loadSnapshot(query, person, { order: 'asc', upTo })
    : // The last step is decided again, so a snapshot that holds it is of no use.
      await loadSnapshot(query, person, { order: 'desc', upTo: upTo - 1 });
  if (!snapshot) return undefined;
  const earlier = fromBeginning
    ? rememberAll(await eventsUpTo(query, person, snapshot.seq))
    : readEarlier(query, person);
  const transitionIds: string[] = [];
  const signalIds: string[] = [];
  let state = snapshot.state;
  let [count, last] = [0, snapshot.seq];
  let lastStep: ReplayedStep | undefined;
  // The first snapshot of all is taken before anything was decided, so nothing comes before it.
  for await (const segment of segmentsOf(query, person, { after: snapshot.seq, upTo })) {
    const [first] = segment;
    const rules = await kept.byNr(first.rules);
    const events = segment.flatMap(({ event }) => event ?? []);
    const known = await earlier({ seq: first.seq, state, rules, events });
    for (const { seq, due, event } of segment) {
      const command: Command = event
        ? { kind: 'event', event, signals: signalsOf(event, rules), known }
        : { kind: 'tick', userId: person.userId, due };
      lastStep = { before: state, command, rules };
      const decisions = decide(state, command, rules);
      for (const decision of decisions) {
        const { transition, alertSignals } = decision;
        if (transition) transitionIds.push(transition.transition_id);
        signalIds.push(...alertSignals.map(({ signal_id }) => signal_id));
        onDecision?.(decision);
      }
      state = evolve(state, decisions);
      count += 1;
      last = seq;
      // The last step may be decided once more, to explain it.
      if (event && seq !== upTo) known.add(event);
    }
  }
  return {
    state,
    policyVersion: snapshot.policyVersion,
    firstSeq: snapshot.seq,
    steps: count,
    transitionIds,
    signalIds,
    lastStep,
    gaps: last - snapshot.seq - count,
  };
}

/** The steps in order, in pages, and each page in segments that were decided by the same rules. */
async function* segmentsOf(
  query: Query,
  person: LiveSubject,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): AsyncGenerator<[Step, ...Step[]]> {
  for (let from = after; ;) {
    const rows = await query<StepRow>(
      `(select seq, rules, event_id "eventId", payload, null::timestamptz due from biometric_events
         where subject_id = $1 and seq > $2 and seq <= $3 order by seq limit $4)
       union all
       (select seq, rules, null, null, due from shared.ticks
         where subject_id = $1 and seq > $2 and seq <= $3 order by seq limit $4)
        order by seq limit $4`,
      [person.subjectId, from, upTo, pageOfSteps],
    );
    const steps = rows.map((row) => stepOf(row, person));
    let segment: [Step, ...Step[]] | undefined;
    for (const step of steps) {
      if (segment?.[0].rules === step.rules) segment.push(step);
      else {
        if (segment) yield segment;
        segment = [step];
      }
    }
    if (segment) yield segment;
    if (steps.length < pageOfSteps) return;
    from = steps.at(-1)?.seq ?? upTo;
  }
}

function stepOf({ seq, rules, eventId, payload, due }: StepRow, person: LiveSubject): Step {
  const event = eventId && payload ? unsealEvent(payload, eventId, person) : undefined;
  return { seq, rules, event, due: due?.getTime() ?? 0 };
}
