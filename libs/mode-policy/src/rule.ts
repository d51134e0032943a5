import type { Mode } from '@bridge/contracts';
import { nightSlot, slotBit, slotBits, type SeenMetric } from './slots.ts';
import type { Contrary } from './thresholds.ts';
import type { VisibleSignal, View } from './view.ts';

export type RuleMode = Exclude<Mode, 'pattern'>;

/** A rule's answer to the signals that it sees. */
export type Verdict = {
  readonly enters: boolean;
  readonly leaves: boolean;
  /** The event contains one of its inputs; only then can it fire. */
  readonly isNew: boolean;
  /** From then on it lacks an input that it needs. */
  readonly staleAt: number;
  /** From `just_over` to 1, see the README. */
  readonly confidence: number;
  readonly inputs: readonly VisibleSignal[];
};

/** A rule with its verdict. */
export type Judgement = { readonly rule: Rule; readonly verdict: Verdict };

export type Rule = {
  /** Unique; the name in a state. */
  readonly key: string;
  /** The name in decisions; the comparisons of devices share one. */
  readonly name: string;
  readonly mode: RuleMode;
  /** Its inputs, as bits of `slotBits`. */
  readonly inputs: number;
  readonly contrary: readonly Contrary[];
  /** undefined: a required input is absent, so the rule can neither fire nor hold. */
  readonly judge: (view: View) => Verdict | undefined;
  /** Which measurement would settle the question, in words for a person. */
  readonly settledBy: string;
};

export type RuleBase = Pick<Rule, 'key' | 'mode' | 'contrary'> & {
  /** Its inputs. `night`: of this metric only values measured in a night. */
  readonly metrics: readonly (SeenMetric | { readonly night: SeenMetric })[];
  readonly name?: string;
  readonly settledBy?: string;
};

/** A rule that needs all of its inputs. */
export function defineRule(
  { key, name = key, mode, contrary, metrics, settledBy = 'A new measurement at rest.' }: RuleBase,
  judge: Rule['judge'],
): Rule {
  const inputs = metrics.reduce(
    (bits, one) => bits | (typeof one === 'string' ? slotBits(one) : slotBit(nightSlot(one.night))),
    0,
  );
  return { key, name, mode, contrary, inputs, judge, settledBy };
}

/** The parts of a verdict that follow from its inputs when all of them are needed. */
export function needingAll(inputs: readonly VisibleSignal[]): Pick<Verdict, 'inputs' | 'isNew' | 'staleAt'> {
  let isNew = false;
  let staleAt = Infinity;
  for (const seen of inputs) {
    isNew ||= seen.isNew;
    staleAt = Math.min(staleAt, seen.staleAt);
  }
  return { inputs, isNew, staleAt };
}

/** A rule's confidence: `justOver` at its threshold, 1 where the value is `full` beyond it. */
export function confidenceBeyond(beyond: number, full: number, justOver: number): number {
  if (full <= 0) return 1;
  return tidy(justOver + (1 - justOver) * Math.min(1, Math.max(0, beyond / full)));
}

/** Without the noise of binary fractions: 60.1 − 35.1 is 25, and so is not more than 25. */
export function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
