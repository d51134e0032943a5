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
import { currentEvents, readingsWithinMs } from './current-events.ts';
import type { HistoryDeps } from './history-deps.ts';
import { loadInsights } from './load-insights.ts';
import { loadTransitions } from './load-transitions.ts';
import { unitOf, type MeasuredPoint } from './measured-point.ts';
import { newestOf, newestReading } from './newest-readings.ts';
import { loadOpenAlerts } from './open-alerts.ts';
import { peopleByUrgency, type StoredPersonRow } from './people-rows.ts';
import { personCalendar, zoneName, zoneOf } from './person-calendar.ts';
import { loadProgress, type BlockProgress } from './progress-rows.ts';
import { loadState } from './sealed-state.ts';

/** A question is open for some days at most. */
const questionsWithinMs = 30 * 86_400_000;
const mostInsights = 500;
/** Pulses of up to an hour are one event. */
const pulsesWithinMs = 3_600_000;
/** Of a person whose history is not in blocks yet, the newest readings are looked for among the events of so many days. */
const searchedDaysMs = 14 * 86_400_000;

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
    newestReadings(deps, person, progress),
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

/** Those of finished days are kept; those since then are read from the events, however many came. */
async function newestReadings(
  { query, digesting, now }: HistoryDeps,
  person: LiveSubject,
  { finishedUntil, newest }: BlockProgress,
): Promise<MeasuredPoint[]> {
  const from = finishedUntil ?? now() - searchedDaysMs;
  // A clock may be a few minutes ahead.
  const to = now() + readingsWithinMs;
  const points: MeasuredPoint[] = [...newest];
  const selection = { from: from - readingsWithinMs, to, pulsesFrom: from - pulsesWithinMs };
  for await (const page of currentEvents(query, person, selection)) {
    points.push(...(await digesting.digest(person, page, { kind: 'newest', from, to })));
  }
  return newestOf(points);
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
