import {
  utc,
  type AlertReason,
  type AlertStateSignal,
  type Insight,
  type ModeTransition,
} from '@bridge/contracts';
import type { Decision } from './conclude.ts';
import type { RuleFacts, Value } from './facts.ts';
import type { InsightFacts } from './insights.ts';
import type { PersonState } from './person-state.ts';
import { isZoneKnown, offsetAt } from './person-zone.ts';
import type { PolicyValues } from './policy-values.ts';
import { codeNames, type Texts } from './texts-schema.ts';

/** A decision's messages with their sentences. */
export type ComposedDecision = {
  readonly transition: ModeTransition | null;
  readonly alertSignals: readonly AlertStateSignal[];
  readonly insights: readonly Insight[];
};

/** Composes the sentences of a decision in the person's language. Numbers are those of the evidence. */
export function compose(decision: Decision, policy: PolicyValues): ComposedDecision {
  const { transition, alertSignals, insights, facts, state } = decision;
  const language = state.profile.language ?? 'en';
  const texts = policy.texts[language] ?? policy.texts['en'];
  // Recorded rules have no texts.
  if (texts === undefined) return { transition, alertSignals, insights: [] };
  const words: Words = { texts, language, state };
  return {
    transition: transition && withTransitionWords(transition, facts.transition, words),
    alertSignals: alertSignals.map((signal, index) => {
      const own = facts.alerts[index];
      return own === undefined ? signal : withAlertWords(signal, own, words);
    }),
    insights: insights.map((insight) => withSummary(insight, facts.questions, words)),
  };
}

/** A decision's messages where composing failed. An insight must have a summary: its kind stands in for one. */
export function withoutSentences({
  transition,
  alertSignals,
  insights,
}: Pick<Decision, 'transition' | 'alertSignals' | 'insights'>): ComposedDecision {
  return {
    transition,
    alertSignals,
    insights: insights.map((insight) => ({ ...insight, summary: insight.kind.replaceAll('_', ' ') })),
  };
}

const minuteMs = 60_000;

type Words = { readonly texts: Texts; readonly language: string; readonly state: PersonState };

function withTransitionWords(
  transition: ModeTransition,
  facts: RuleFacts | null,
  words: Words,
): ModeTransition {
  if (facts !== null) return { ...transition, ...sentencesOf(facts, words) };
  const { texts } = words;
  const { reason, to } = transition;
  const stillHolds = reason === 'recovered' && to !== 'pattern';
  return {
    ...transition,
    summary: stillHolds ? texts.not_over : texts.modes[reason as keyof Texts['modes']],
  };
}

function withAlertWords(signal: AlertStateSignal, facts: RuleFacts, words: Words): AlertStateSignal {
  const { texts } = words;
  const own = texts.rules[facts.rule];
  const { title } = own;
  if (signal.status === 'resolved') {
    return { ...signal, title, summary: texts.resolved[signal.reason as AlertReason] };
  }
  const { advice, summary } = sentencesOf(facts, words);
  const { question } = own;
  return {
    ...signal,
    title,
    summary:
      signal.status === 'unconfirmed'
        ? fill(texts.unconfirmed, { time: localTime(signal, words) }, words)
        : summary,
    advice,
    ...(signal.hypothesis_id !== undefined && question !== undefined && { question }),
  };
}

/** By the person's own clock, where it is known. */
function localTime({ unconfirmed_since }: AlertStateSignal, { state }: Words): string {
  const at = Date.parse(unconfirmed_since as string);
  const time = utc(at + offsetAt(state, at) * minuteMs)
    .replace('T', ' ')
    .slice(0, 16);
  return isZoneKnown(state) ? time : `${time} UTC`;
}

function sentencesOf(facts: RuleFacts, words: Words): { readonly summary: string; readonly advice: string } {
  const { texts } = words;
  const own = texts.rules[facts.rule];
  const { summary, advice } = facts.isLow && own.low !== undefined ? own.low : own;
  if (facts.news !== undefined) return { summary: texts[facts.news], advice };
  return { summary: fill(summary, valuesOf(facts, words), words), advice };
}

function valuesOf({ values, usual }: RuleFacts, words: Words): Readonly<Record<string, Value>> {
  const { phrases } = words.texts;
  const phrase =
    usual === null ? phrases.no_usual : fill(phrases.usual, { usual: usual.usual, days: usual.days }, words);
  return { ...values, usual: phrase };
}

/** A placeholder that this decision has no value for is left as a dash. */
function fill(template: string, values: Readonly<Record<string, Value>>, { language }: Words): string {
  return template.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => spell(values[name], language));
}

function spell(value: Value | undefined, language: string): string {
  if (value === undefined) return '–';
  if (typeof value === 'string') return value;
  const text = String(value);
  return language === 'de' ? text.replace('.', ',') : text;
}

function withSummary(
  insight: InsightFacts,
  questions: Decision['facts']['questions'],
  words: Words,
): Insight {
  const { texts, state } = words;
  const facts = questions.find(({ rule }) => rule === insight.rule);
  const isBeside = state.contraries.some(([, , id]) => id === insight.hypothesis_id);
  const own = facts && !isBeside ? texts.rules[facts.rule].question : undefined;
  const question =
    facts && insight.kind === 'hypothesis_opened' ? (own ?? texts.phrases.contrary) : undefined;
  const summary = fill(texts.insights[insight.kind], insightValues(insight, question, words), words);
  return { ...insight, ...(question !== undefined && { question }), summary };
}

/** The figures of an insight, and its codes in the person's language. */
function insightValues(
  { data, status }: InsightFacts,
  question: string | undefined,
  { texts: { phrases } }: Words,
): Readonly<Record<string, Value>> {
  const values: Record<string, Value> = { ...data };
  if (status !== undefined) values['status'] = status;
  for (const name of codeNames) {
    const code = values[name];
    const phrase = code === undefined ? undefined : (phrases[name] as Readonly<Record<Value, string>>)[code];
    if (phrase !== undefined) values[name] = phrase;
  }
  return question === undefined ? values : { ...values, question };
}
