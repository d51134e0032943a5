import { chartedMetrics, chartedUsual, type PersonState, type RuleSet } from '@bridge/mode-policy';
import type { Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import {
  forgetBlocks,
  nightsBlock,
  recordedUsuals,
  replaceBlocks,
  type BlockSummary,
  type DayBlockRow,
  type DayUsual,
} from './block-rows.ts';
import type { Calendar } from './calendar.ts';
import { currentEvents, firstEventAt, readingsWithinMs } from './current-events.ts';
import type { DayBlock, DayDigest } from './digest-task.ts';
import { forgetLateDays, lateDaysOf } from './late-days.ts';
import type { MeasuredPoint } from './measured-point.ts';
import { newestOf } from './newest-readings.ts';
import { personCalendar } from './person-calendar.ts';
import { loadProgress, storeProgress, type BlockProgress } from './progress-rows.ts';
import { daysToBuild, settleAfterMs, type DayRange } from './days-to-build.ts';
import type { Digesting } from './start-digesting.ts';

export type FinishDeps = {
  /** One connection for all statements: some are one transaction. */
  readonly query: Query;
  readonly digesting: Pick<Digesting, 'digest'>;
  readonly rules: RuleSet;
  /** How long events are kept, in days. */
  readonly retentionDays: number;
};

/** A person as the job sees them; without a state, which cannot be read, days have no usual value. */
export type FinishSubject = {
  readonly person: LiveSubject;
  readonly state: PersonState | undefined;
  /** In ms since 1970. */
  readonly now: number;
};

const dayMs = 86_400_000;
/** As many as a person needs: several devices with everything that they measure. */
const mostNewest = 200;

/**
 * Writes the blocks of a person's finished days: of days that are over, of days that got something later, and of the history where
 * there are none yet, some at a time. Returns when to look again, in ms since 1970.
 */
export async function finishDays(deps: FinishDeps, { person, state, now }: FinishSubject): Promise<number> {
  const { query, retentionDays } = deps;
  let progress = await loadProgress(query, person);
  const calendar = personCalendar(progress, state);
  const oldest = calendar.dayOf(now - retentionDays * dayMs);
  const late = await lateDaysOf(query, person.subjectId);
  const finishedDay = await finishedDayOf(deps, { person, progress, calendar, oldest, now });
  const plan = daysToBuild({ calendar, finishedDay, settledDay: progress.settledDay, late, now, oldest });

  await query('begin');
  try {
    for (const range of plan.ranges) {
      const days = await digestRange(deps, person, calendar, range);
      const usuals = await usualsOf(deps, { person, state }, range, finishedDay);
      await replaceBlocks(query, person, { ...range, rows: rowsOf(days, usuals, range, calendar) });
      progress = { ...progress, newest: newestAfter(progress.newest, days, range, calendar) };
    }
    await forgetBlocks(query, person.subjectId, oldest);
    await forgetLateDays(query, person.subjectId, late);
    const dueAt = plan.isDone ? nextLook(calendar, plan, now) : now;
    const { finishedDay: reached, settledDay } = plan;
    const until = calendar.startOf(reached + 1);
    await storeProgress(
      query,
      person,
      { ...progress, zones: calendar.spans, settledDay, finishedUntil: until },
      dueAt,
    );
    await query('commit');
    return dueAt;
  } catch (error) {
    await query('rollback');
    throw error;
  }
}

type FinishedQuestion = {
  readonly person: LiveSubject;
  readonly progress: BlockProgress;
  readonly calendar: Calendar;
  readonly oldest: number;
  readonly now: number;
};

/** The last day that has its blocks; of a person without any, the day before the first event, or yesterday without one. */
async function finishedDayOf(
  { query }: FinishDeps,
  { person, progress, calendar, oldest, now }: FinishedQuestion,
): Promise<number> {
  const { finishedUntil } = progress;
  if (finishedUntil !== undefined) return calendar.dayOf(finishedUntil) - 1;
  const first = await firstEventAt(query, person, calendar.startOf(oldest));
  const today = calendar.dayOf(now);
  return Math.min(first === undefined ? today : calendar.dayOf(first - readingsWithinMs), today) - 1;
}

async function digestRange(
  { query, digesting }: FinishDeps,
  person: LiveSubject,
  { startOf }: Calendar,
  { fromDay, toDay }: DayRange,
): Promise<readonly DayDigest[]> {
  const borders: number[] = [];
  for (let day = fromDay; day <= toDay + 1; day += 1) borders.push(startOf(day));
  const from = (borders[0] as number) - readingsWithinMs;
  const to = (borders.at(-1) as number) + readingsWithinMs;
  const rows = [];
  for await (const page of currentEvents(query, person, { from, to })) rows.push(...page);
  return digesting.digest(person, rows, { kind: 'days', borders });
}

/** Of days that had blocks, the values of then; of the others those of the state, which remembers some weeks. */
async function usualsOf(
  { query, rules }: FinishDeps,
  { person, state }: Pick<FinishSubject, 'person' | 'state'>,
  { fromDay, toDay }: DayRange,
  finishedDay: number,
): Promise<ReadonlyMap<string, DayUsual>> {
  const usuals = await recordedUsuals(query, person, fromDay, Math.min(toDay, finishedDay));
  for (let day = Math.max(fromDay, finishedDay + 1); state !== undefined && day <= toDay; day += 1) {
    for (const metric of chartedMetrics) {
      const found = chartedUsual(state, metric, day, rules);
      if (found?.value !== undefined)
        usuals.set(`${metric}/${day}`, { source: found.source, ...found.value });
    }
  }
  return usuals;
}

function rowsOf(
  days: readonly DayDigest[],
  usuals: ReadonlyMap<string, DayUsual>,
  { fromDay }: DayRange,
  { startOf }: Calendar,
): DayBlockRow[] {
  return days.flatMap(({ blocks, nights }, index) => {
    const day = fromDay + index;
    const start = startOf(day);
    const measured = new Map(blocks.map((block) => [block.metric, block]));
    const rows = [...blocks.map(({ metric }) => metric), ...chartedMetrics]
      .filter((metric, at, all) => all.indexOf(metric) === at)
      .flatMap((metric): DayBlockRow[] => {
        const usual = usuals.get(`${metric}/${day}`);
        const block = measured.get(metric);
        if (block === undefined && usual === undefined) return [];
        return [{ metric, day, summary: summaryOf(block, usual, start), bins: block?.bins ?? [] }];
      });
    if (nights.length === 0) return rows;
    const summary: BlockSummary = { start, unit: '1', total: null, devices: [], nights };
    return [...rows, { metric: nightsBlock, day, summary, bins: [] }];
  });
}

function summaryOf(block: DayBlock | undefined, usual: DayUsual | undefined, start: number): BlockSummary {
  return {
    start,
    unit: block?.unit ?? '1',
    total: block?.total ?? null,
    devices: block?.devices ?? [],
    ...(usual !== undefined && { usual }),
  };
}

function newestAfter(
  before: readonly MeasuredPoint[],
  days: readonly DayDigest[],
  { fromDay, toDay }: DayRange,
  { startOf }: Calendar,
): MeasuredPoint[] {
  const others = before.filter(({ at }) => at < startOf(fromDay) || at >= startOf(toDay + 1));
  return newestOf([...others, ...days.flatMap(({ newest }) => newest)])
    .toSorted((a, b) => b.end - a.end)
    .slice(0, mostNewest);
}

/** At the end of the running day, and some hours after the last one. */
function nextLook(
  { startOf }: Calendar,
  { finishedDay, settledDay }: { readonly finishedDay: number; readonly settledDay: number },
  now: number,
): number {
  const midnight = startOf(finishedDay + 2);
  const settling = settledDay < finishedDay ? startOf(finishedDay + 1) + settleAfterMs : Infinity;
  return Math.max(now + 1, Math.min(midnight, settling));
}
