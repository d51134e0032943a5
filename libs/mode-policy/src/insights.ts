import { insightId, utc, type AnswerChoice, type Insight } from '@bridge/contracts';
import type { LaneDay } from './history.ts';
import type { JudgedDay } from './illness-watch.ts';
import { laneKind, toldLanes } from './lane-kinds.ts';
import { daysBetween, findLane } from './baseline-series.ts';
import { dateOf } from './local-day.ts';
import type { Pattern } from './patterns.ts';
import type { QuestionNotice } from './questions.ts';
import type { View } from './view.ts';

/** An insight before its sentence is composed. */
export type InsightFacts = Omit<Insight, 'summary' | 'question'>;

export type InsightSubject = {
  readonly view: View;
  readonly userId: string;
  readonly seq: number;
  /** The event's id or the due time. */
  readonly cause: string;
};

export const choices: readonly AnswerChoice[] = ['at_rest', 'exercise', 'fine', 'unwell'];

function insightOf(
  { view, userId, seq, cause }: InsightSubject,
  about: string,
  facts: Omit<InsightFacts, 'insight_id' | 'user_id' | 'seq' | 'at'>,
): InsightFacts {
  return {
    insight_id: insightId(userId, cause, about),
    user_id: userId,
    seq,
    at: utc(view.now),
    ...facts,
  };
}

export function questionInsights(
  subject: InsightSubject,
  questions: readonly QuestionNotice[],
): InsightFacts[] {
  return questions.map(({ kind, rule, hypothesisId, status, isBeside }) =>
    insightOf(subject, `${kind}/${isBeside ? 'contrary.' : ''}${rule}`, {
      kind,
      rule,
      hypothesis_id: hypothesisId,
      status,
      ...(status === 'open' && { answers: [...choices] }),
    }),
  );
}

export function patternInsights(subject: InsightSubject, patterns: readonly Pattern[]): InsightFacts[] {
  return patterns.map(({ kind, ...data }) => insightOf(subject, kind, { kind, data }));
}

/** The daily score of the watch. */
export function illnessInsights(subject: InsightSubject, judged: readonly JudgedDay[]): InsightFacts[] {
  return judged.map(({ day, score, parts }) =>
    insightOf(subject, `illness_score/${day}`, {
      kind: 'illness_score',
      rule: 'illness_watch',
      data: {
        day: dateOf(day),
        score: tenth(score),
        ...Object.fromEntries(parts.map(({ name, z }) => [name, tenth(z)])),
      },
    }),
  );
}

/** A source whose values begin a new day: how many days of a baseline it has, or that it has one now. */
export function learningInsights(subject: InsightSubject, advanced: readonly LaneDay[]): InsightFacts[] {
  if (advanced.length === 0) return [];
  const { draft, policy } = subject.view;
  const { window_days, days_at_least } = policy.thresholds.usual;
  return advanced.flatMap(({ kind, source, day }) => {
    const { name, metric } = laneKind(kind);
    const lane = toldLanes.includes(name) ? findLane(draft.lanes, kind, source) : undefined;
    if (lane === undefined) return [];
    const days = daysBetween(lane, day - window_days, day - 1);
    const data = { metric, source: draft.sources[source] as string, days, of: days_at_least };
    if (days < days_at_least)
      return [insightOf(subject, `device_learning/${name}/${day}`, { kind: 'device_learning', data })];
    const isFirst = days === days_at_least && daysBetween(lane, day - 2 * window_days, day - 1) === days;
    return isFirst ? [insightOf(subject, `baseline_ready/${name}`, { kind: 'baseline_ready', data })] : [];
  });
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
