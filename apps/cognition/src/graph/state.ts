import type { BiometricEvent } from '@bridge/contracts';
import { ReducedValue, StateSchema } from '@langchain/langgraph';
import { z } from 'zod';
import type {
  ComposedDecision,
  Decision,
  InsightFacts,
  KnownEvents,
  PersonState,
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

/** What one event led to: ticks that were due before it, then the event itself. */
export type ItemDecision = {
  readonly decisions: readonly Decision[];
  /** Earlier events that the decision looked at. */
  readonly used: readonly BiometricEvent[];
  /** Its decisions' sentences, by their place; absent where there is nothing to say or a mode node failed. */
  readonly composed?: readonly (ComposedDecision | undefined)[];
};

/** A decision that says something to somebody, and where it stands in the batch. */
export type Statement = { readonly index: number; readonly place: number; readonly decision: Decision };

/** The sentences that a mode node composes; the decision itself stands without them. */
export type Wording = {
  readonly index: number;
  readonly place: number;
  readonly composed: ComposedDecision;
};

/** A question or a pattern that a decision of the batch found. */
export type Finding = InsightFacts;

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
  analysis_results: merged<{ readonly events: number }>(),
  hypotheses: merged<Finding>(),
  insights: list<Wording>(),
  confidence_scores: list<number>(),
  patterns_detected: list<Finding>(),
});

export type BatchUpdate = typeof BatchState.Update;
