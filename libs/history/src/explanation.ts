import type {
  DecisionRecord,
  EventAnalysis,
  ExplainedAnswer,
  ExplainedSignal,
  RecomputeResult,
} from '@bridge/mode-policy';

/** The decision on the first of several messages of one event. */
export type FirstCopy = {
  readonly event_id: string;
  /** `topic/partition/offset`; null: it was decided before this was recorded. */
  readonly origin: string | null;
  /** RFC 3339, UTC. */
  readonly received_at: string;
  readonly seq: number;
};

export type DecisionFindings = Pick<
  DecisionRecord,
  'cause' | 'evidence' | 'insights' | 'clock' | 'alertSignals' | 'rulesFired' | 'rulesHeld'
> & {
  readonly answer: ExplainedAnswer;
  /** The days that the slow rules counted, by rule. */
  readonly counted: Readonly<Record<string, string>>;
  /** How the event's readings were taken; absent if time passed, and of older policies. */
  readonly analysis?: EventAnalysis;
};

/** A decision, or the reason why there is none: for programs. */
export type Finding =
  | ({
      readonly kind: 'switch';
      readonly transition: DecisionRecord['transition'];
      /** As it was recorded with the switch. */
      readonly confidence: number | undefined;
      readonly recomputed: RecomputeResult['kind'];
      /** The event's readings; empty for time that passed, and for decisions of an older policy. */
      readonly signals: readonly ExplainedSignal[];
    } & DecisionFindings)
  | ({
      readonly kind: 'no_switch';
      readonly mode: string | null;
      readonly signals: readonly ExplainedSignal[];
    } & DecisionFindings)
  | {
      readonly kind: 'not_decided';
      readonly reason: string;
      readonly because: string;
      readonly origin?: string | undefined;
      readonly event_id?: string | undefined;
      readonly first?: FirstCopy | undefined;
    };

export type Explanation = {
  readonly finding: Finding;
  /** The same for a terminal. */
  readonly text: string;
  /** All is well: a decision comes out the same again, and a message that was not decided has its reason. */
  readonly isFine: boolean;
};
