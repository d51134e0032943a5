import type { LiveSubject } from '@bridge/vault';
import type { Night } from '@bridge/contracts';
import { newestSummaries, nightsBlock } from './block-rows.ts';
import { dateOf, type Calendar } from './calendar.ts';
import { currentEvents, readingsWithinMs } from './current-events.ts';
import type { HistoryDeps } from './history-deps.ts';
import type { Page } from './history-result.ts';
import { nightDocument, type NightRecord } from './nights.ts';
import { personCalendar } from './person-calendar.ts';
import { loadProgress } from './progress-rows.ts';
import { loadState } from './sealed-state.ts';

export type NightSelection = {
  /** When nights ended, in ms since 1970. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
  /** Only nights of days before this one. */
  readonly beforeDay?: number | undefined;
};

type DayNights = { readonly day: number; readonly nights: readonly NightRecord[] };

/** Days with nights, the newest first; a page ends with a whole day, so it may hold a few more than its limit. */
export async function loadSleep(
  deps: HistoryDeps,
  person: LiveSubject,
  { from = 0, to = deps.now(), limit, beforeDay = Infinity }: NightSelection,
): Promise<Page<Night>> {
  const { query } = deps;
  const [progress, state] = await Promise.all([loadProgress(query, person), loadState(query, person)]);
  const calendar = personCalendar(progress, state);
  const { finishedUntil = 0 } = progress;
  const first = calendar.dayOf(from);
  const last = Math.min(calendar.dayOf(to), beforeDay - 1);
  const finishedDay = finishedUntil === 0 ? -1 : calendar.dayOf(finishedUntil) - 1;

  const live =
    last > finishedDay ? await nightsSince(deps, person, calendar, { after: finishedDay, from, to }) : [];
  const blocks = await newestSummaries(
    query,
    person,
    { metric: nightsBlock, fromDay: Math.max(first, 0), toDay: Math.min(last, finishedDay) },
    limit + 1,
  );
  const days: DayNights[] = [
    ...live.filter(({ day }) => day <= last),
    ...blocks.map(({ day, summary }) => ({ day, nights: summary.nights ?? [] })),
  ];
  return pageOf(days, { from, to, limit });
}

type Limits = { readonly from: number; readonly to: number; readonly limit: number };

function pageOf(days: readonly DayNights[], { from, to, limit }: Limits): Page<Night> {
  const items: Night[] = [];
  for (const [index, { day, nights }] of days.entries()) {
    const own = nights.filter(({ end }) => end > from && end <= to).toSorted((a, b) => b.end - a.end);
    items.push(...own.map((night) => nightDocument(night, dateOf(day))));
    if (items.length >= limit && index < days.length - 1) return { items, next: String(day) };
  }
  return { items, next: undefined };
}

type Since = { readonly after: number; readonly from: number; readonly to: number };

/** Nights of days without blocks, the newest day first. */
async function nightsSince(
  { query, digesting }: HistoryDeps,
  person: LiveSubject,
  { startOf, dayOf }: Calendar,
  { after, from, to }: Since,
): Promise<DayNights[]> {
  const since = Math.max(from, after < 0 ? 0 : startOf(after + 1));
  const selection = {
    from: Math.max(0, since - readingsWithinMs),
    to: to + readingsWithinMs,
    eventType: 'sleep',
  };
  const nights: NightRecord[] = [];
  for await (const page of currentEvents(query, person, selection)) {
    nights.push(...(await digesting.digest(person, page, { kind: 'nights', from: since, to })));
  }
  const byDay = Map.groupBy(nights, ({ end }) => dayOf(end - 1));
  return [...byDay].map(([day, own]) => ({ day, nights: own })).sort((a, b) => b.day - a.day);
}
