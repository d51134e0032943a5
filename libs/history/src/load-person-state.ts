import {
  utc,
  type ModeTransition,
  type OpenHypothesis,
  type PersonStateDocument,
  type UsualValue,
} from '@bridge/contracts';
import { openQuestions, usualValues, type PersonState } from '@bridge/mode-policy';
import type { LiveSubject } from '@bridge/vault';
import type { Calendar } from './calendar.ts';
import type { HistoryDeps } from './history-deps.ts';
import { loadInsights } from './load-insights.ts';
import { loadNewestReadings } from './load-standing.ts';
import { loadTransitions } from './load-transitions.ts';
import { unitOf } from './measured-point.ts';
import { newestReading } from './newest-readings.ts';
import { loadOpenAlerts } from './open-alerts.ts';
import { peopleByUrgency, type StoredPersonRow } from './people-rows.ts';
import { personCalendar, zoneName, zoneOf } from './person-calendar.ts';
import { loadProgress } from './progress-rows.ts';
import { loadState } from './sealed-state.ts';

/** A question is open for some days at most. */
const questionsWithinMs = 30 * 86_400_000;
const mostInsights = 500;

/** Where a person stands now: the row, the reason, the newest readings and what is usual. */
export async function loadPersonState(
  deps: HistoryDeps,
  person: LiveSubject,
): Promise<PersonStateDocument | undefined> {
  const { query, now } = deps;
  const [row, state, progress, transitions, alerts] = await Promise.all([
    loadRow(deps, person),
    loadState(query, person),
    loadProgress(query, person),
    loadTransitions(deps, person, { limit: 1 }),
    loadOpenAlerts(query, person),
  ]);
  if (row === undefined) return undefined;
  const { shown } = row;
  const calendar = personCalendar(progress, state);
  const [readings, hypotheses] = await Promise.all([
    loadNewestReadings(deps, person, progress),
    openHypotheses(deps, person, state),
  ]);
  const zone = zoneOf(state);
  return {
    user_id: person.userId,
    ...shown,
    ...wordsOf(transitions.items[0]),
    since: shown.since ?? transitions.items[0]?.at ?? null,
    time_zone: zone === undefined ? null : zoneName(zone),
    readings: readings.map(newestReading),
    usual: state === undefined ? [] : usualsOf(deps, state, calendar, now()),
    hypotheses,
    alerts,
  };
}

async function loadRow(
  { query, now }: HistoryDeps,
  { subjectId }: LiveSubject,
): Promise<StoredPersonRow | undefined> {
  const question = { only: [subjectId], except: Buffer.alloc(0), filter: {}, now: now() };
  const { rows } = await peopleByUrgency(query, question, { after: undefined, limit: 1 });
  return rows[0];
}

function wordsOf(
  transition: ModeTransition | undefined,
): Pick<PersonStateDocument, 'reason' | 'summary' | 'advice' | 'transition_id'> {
  return {
    reason: transition?.reason ?? null,
    summary: transition?.summary ?? null,
    advice: transition?.advice ?? null,
    transition_id: transition?.transition_id ?? null,
  };
}

function usualsOf({ rules }: HistoryDeps, state: PersonState, calendar: Calendar, at: number): UsualValue[] {
  return usualValues(state, calendar.dayOf(at), rules()).map(
    ({ metric, source, context, statistic, days, value }) => ({
      metric,
      source,
      ...(context !== undefined && { context }),
      ...(statistic !== undefined && { statistic }),
      usual: value?.usual ?? null,
      low: value?.low ?? null,
      high: value?.high ?? null,
      settled: value !== undefined,
      days,
      unit: unitOf(metric),
    }),
  );
}

/** The state knows which questions are open; the insight that opened one holds its words. */
async function openHypotheses(
  { query, now }: HistoryDeps,
  person: LiveSubject,
  state: PersonState | undefined,
): Promise<OpenHypothesis[]> {
  const open = state === undefined ? [] : openQuestions(state, now());
  if (open.length === 0) return [];
  const selection = { from: now() - questionsWithinMs, limit: mostInsights };
  const { items } = await loadInsights(query, person, selection);
  return open.flatMap(({ hypothesisId, expiresAt }) => {
    const opened = items.find(
      ({ kind, hypothesis_id }) => kind === 'hypothesis_opened' && hypothesis_id === hypothesisId,
    );
    if (opened?.question === undefined) return [];
    return [
      {
        hypothesis_id: hypothesisId,
        rule: opened.rule ?? 'unknown',
        question: opened.question,
        answers: opened.answers ?? [],
        opened_at: opened.at,
        expires_at: utc(expiresAt),
      },
    ];
  });
}
