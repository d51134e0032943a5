import type { BiometricEvent } from '@bridge/contracts';
import { ReducedValue, StateSchema } from '@langchain/langgraph';
import { z } from 'zod';
import type {
  ComposedDecision,
  Decision,
  EventAnalysis,
  InsightFacts,
  KnownEvents,
  PersonState,
  RecordedFindings,
  Signals,
} from '@bridge/mode-policy';

/** One event of the batch, in the order in which it was read. */
export type Item = { readonly index: number; readonly subjectId: string; readonly event: BiometricEvent };

/** A person as the batch finds them. */
export type PersonBefore = {
  readonly state: PersonState;
  /** Earlier events, as far as this batch needs them; each event of the batch is added after its decision. */
  readonly known: KnownEvents & { readonly add: (event: BiometricEvent) => void };
};

/** Where a decision stands: its item, and its place among the decisions of that item. */
export type Spot = { readonly index: number; readonly place: number };

/** What one event led to: ticks that were due before it, then the event itself. */
export type ItemDecision = {
  readonly decisions: readonly Decision[];
  /** Earlier events that the decision looked at. */
  readonly used: readonly BiometricEvent[];
};

/** A decision and everything that is sent and recorded of it, by the places of the item's decisions. */
export type ItemResult = ItemDecision & {
  /** Its messages; absent where there is nothing to say. */
  readonly composed?: readonly (ComposedDecision | undefined)[];
  /** For the records of its switches. */
  readonly findings?: readonly (RecordedFindings | undefined)[];
};

/** A decision that says something to somebody. */
export type Statement = Spot & {
  readonly decision: Decision;
  /** From the channels of questions and patterns. */
  readonly insights: readonly InsightFacts[];
};

/** The messages of a decision, with the sentences that a mode node composed. */
export type Wording = Spot & { readonly composed: ComposedDecision };

/** A question or a pattern that a decision found. `nr`: the decision's insights are told in this order. */
export type Finding = Spot & { readonly nr: number; readonly insight: InsightFacts };

/** The confidence of a switch. */
export type Score = Spot & { readonly confidence: number };

// Batch-sized channels are not validated by schema: zod would walk a thousand events at every node's update.
const list = <T>() => {
  const schema = z.custom<readonly T[]>().default(() => []);
  return new ReducedValue(schema, {
    inputSchema: z.custom<readonly T[]>(),
    reducer: (before: readonly T[], added: readonly T[]) =>
      before.length === 0 ? added : [...before, ...added],
  });
};
const merged = <T>() =>
  new ReducedValue(
    z.custom<Readonly<Record<string, T>>>().default(() => ({})),
    {
      inputSchema: z.custom<Readonly<Record<string, T>>>(),
      reducer: (before: Readonly<Record<string, T>>, added: Readonly<Record<string, T>>) => ({
        ...before,
        ...added,
      }),
    },
  );

/** The channels of one run over one micro-batch. */
export const BatchState = new StateSchema({
  items: z.custom<readonly Item[]>(),
  /** State of each person before the batch, by subject id. */
  people: z.custom<ReadonlyMap<string, PersonBefore>>(),
  /** Signals by index of the item; each device node fills in its own. */
  recent_events: list<{ readonly index: number; readonly signals: Signals }>(),
  /** In the order of the items. */
  decided: z.custom<readonly ItemDecision[]>().default(() => []),
  /** State of each person after the batch, by subject id. */
  remembered: z.custom<ReadonlyMap<string, PersonState>>().default(() => new Map()),
  /** By device node: what it found in each item, by the item's index. Recorded with the switches. */
  analysis_results: merged<ReadonlyMap<number, EventAnalysis>>(),
  /** By hypothesis: its opening and its end, which may come in one batch. Told as insights. */
  hypotheses: merged<readonly Finding[]>(),
  insights: list<Wording>(),
  /** Recorded with the switches. */
  confidence_scores: list<Score>(),
  /** Findings without a question. Told as insights. */
  patterns_detected: list<Finding>(),
});

export type BatchUpdate = typeof BatchState.Update;
