import { alertReasons, insightKinds } from '@bridge/contracts';
import { z } from 'zod';
import { toldMetrics } from './lane-kinds.ts';
import { bandSides, directions } from './patterns.ts';
import { asks, hasTwoSides, ruleNames, settledStatuses, type RuleName } from './rule-names.ts';

// The sentences that a person reads. Every placeholder must be one that the code fills; every rule must have a sentence.

const text = z.string().min(1).max(600);

/** Of every rule: its first input, what that was compared with, and the phrase about the usual value. */
const commonPlaceholders = ['value', 'threshold', 'usual', 'source', 'second'] as const;

const ownPlaceholders: Partial<Record<RuleName, readonly string[]>> = {
  news2_partial: ['sum', 'items'],
  rmssd_drop: ['percent'],
  strain: ['sum', 'days'],
  illness_watch: ['score'],
  pulse_irregular: ['median', 'readings'],
  pulse_unexplained: ['minutes'],
};

const insightPlaceholders: Readonly<Record<(typeof insightKinds)[number], readonly string[]>> = {
  hypothesis_opened: ['question'],
  hypothesis_settled: ['status'],
  band_exit: ['side'],
  band_return: [],
  trend: ['direction'],
  recurring_time: ['from_hour', 'to_hour'],
  recurring_weekday: ['weekday'],
  baseline_ready: ['metric', 'source', 'days'],
  device_learning: ['metric', 'source', 'days', 'of'],
  illness_score: ['score', 'day'],
  weekly_cv: ['percent', 'nights'],
};

/** Why a mode ended or began without a rule that fired. */
const modeReasons = [
  'first_decision',
  'nothing_holds',
  'recovered',
  'stale',
  'no_data',
  'withdrawn',
  'reflex_over',
  'expired',
  'answered',
  'confirmed',
  'policy_changed',
] as const;

function placeholdersOf(template: string): string[] {
  return Array.from(template.matchAll(/\{([^{}]*)\}/g), ([whole]) => whole.slice(1, -1));
}

function withPlaceholders(allowed: readonly string[]) {
  return text.superRefine((template, context) => {
    for (const name of placeholdersOf(template)) {
      if (allowed.includes(name)) continue;
      const known = allowed.length === 0 ? 'none' : allowed.join(', ');
      context.addIssue({
        code: 'custom',
        message: `{${name}} is no placeholder of this text; there are: ${known}`,
      });
    }
  });
}

const plain = withPlaceholders([]);

function ruleTexts(rule: RuleName) {
  const own = withPlaceholders([...commonPlaceholders, ...(ownPlaceholders[rule] ?? [])]);
  return z.strictObject({
    /** For channels that may not carry health data: names no value, rule, metric or person. */
    title: plain.max(200),
    summary: own,
    /** As the question, it is also said when no value is known. */
    advice: plain,
    question: asks(rule) ? plain : plain.optional(),
    /** Instead of summary and advice, where the value of a rule with two sides is too low. */
    low: hasTwoSides(rule) ? z.strictObject({ summary: own, advice: plain }) : z.undefined().optional(),
  });
}

function all<const Name extends string, T extends z.ZodType>(
  names: readonly Name[],
  schema: (name: Name) => T,
) {
  return z.strictObject(Object.fromEntries(names.map((name) => [name, schema(name)])) as Record<Name, T>);
}

/** What the codes of insights are called: by placeholder. */
const codePhrases = {
  status: all(settledStatuses, () => plain),
  side: all(bandSides, () => plain),
  direction: all(directions, () => plain),
  metric: all(toldMetrics, () => plain),
  /** From Monday on. */
  weekday: z.array(plain).length(7),
};

export const codeNames = Object.keys(codePhrases) as (keyof typeof codePhrases)[];

/** The texts of one language. */
export const textsSchema = z.strictObject({
  phrases: z.strictObject({
    usual: withPlaceholders(['usual', 'days']),
    no_usual: plain,
    /** The question beside a rule that fires although another signal speaks against it. */
    contrary: plain,
    ...codePhrases,
  }),
  rules: all(ruleNames, ruleTexts),
  resolved: all(alertReasons, () => plain),
  unconfirmed: withPlaceholders(['time']),
  /** Instead of the summary, where a reading only says that the rule is not over. */
  not_over: plain,
  /** Instead of the summary, after the answer `unwell`. */
  unwell: plain,
  modes: all(modeReasons, () => plain),
  insights: all(insightKinds, (kind) => withPlaceholders(insightPlaceholders[kind])),
});

export type Texts = z.output<typeof textsSchema>;

/** A language's own file. */
export const translationSchema = z.strictObject({
  language: z.string().regex(/^[a-z]{2}$/),
  texts: textsSchema,
});
