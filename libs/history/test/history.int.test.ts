import {
  explainedDecisionSchema,
  nightListSchema,
  personStateSchema,
  readingSeriesSchema,
  utc,
  type BiometricEvent,
  type ReadingSeries,
} from '@bridge/contracts';
import { randomName } from '@bridge/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  everybody,
  nightOfRing,
  openHistory,
  pulse,
  watchEvent,
  type HistoryWorld,
} from './history-world.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
let world: HistoryWorld;

// A small number of events goes to the thread, so that both ways are taken.
beforeAll(async () => {
  world = await openHistory({ inPlace: 50 });
});
afterAll(() => world.close());

const today = Math.floor(Date.now() / dayMs) * dayMs;
/** Noon of the running day. */
const noon = today + 12 * hourMs;
const days = 36;

/** Nights, and a pulse every 40 minutes, until noon of the running day. */
function storyOf(userId: string): BiometricEvent[] {
  const events: BiometricEvent[] = [];
  for (let day = days; day >= 0; day -= 1) {
    const start = today - day * dayMs;
    events.push(nightOfRing(userId, start - hourMs, start + 6 * hourMs, 45 + (day % 5)));
    const until = day === 0 ? noon : start + dayMs;
    for (let at = start + 7 * hourMs; at < until; at += 40 * 60_000) {
      events.push(watchEvent(userId, at, pulse(60 + ((at / 60_000) % 17))));
    }
  }
  return events;
}

async function tell(): Promise<string> {
  const userId = randomName('ada');
  world.clock.now = noon;
  await world.decideAll(userId, storyOf(userId));
  return userId;
}

type SeriesQuestion = Partial<Parameters<HistoryWorld['history']['readings']>[2]>;

async function seriesOf(userId: string, question: SeriesQuestion): Promise<ReadingSeries> {
  const result = await world.history.readings(everybody, userId, {
    ...{ metric: 'heart_rate', resolution: 'auto', from: today - 30 * dayMs, to: noon },
    ...question,
  });
  if (result.kind !== 'found') throw new Error(result.kind);
  return readingSeriesSchema.parse(result.value);
}

const exactFigures = ({ points }: ReadingSeries) =>
  points.map(({ at, min, max, count }) => [at, min, max, count]);

describe('series of readings', () => {
  test.each(['5m', '1h', '1d'] as const)(
    'of %s are the same from events and from blocks',
    async (resolution) => {
      const userId = await tell();
      const span = resolution === '5m' ? { from: today - 5 * dayMs - 123_456 } : {};
      const before = await seriesOf(userId, { resolution, ...span });
      await world.maintain();
      expect(await blockedDays(userId)).toBeGreaterThanOrEqual(days);
      const after = await seriesOf(userId, { resolution, ...span });
      expect(before.points.length).toBeGreaterThan(25);
      expect(exactFigures(after)).toEqual(exactFigures(before));
      if (resolution !== '1h') expect(after.points).toEqual(before.points);
      expect(after).toMatchObject({ unit: '/min', devices: [{ source: 'apple', device_id: 'watch' }] });
    },
  );

  test('show the usual value of each day, which a later correction leaves as it was', async () => {
    const userId = await tell();
    await world.maintain();
    const { band, points } = await seriesOf(userId, { metric: 'hrv_rmssd', resolution: '1d' });
    expect(points).toHaveLength(31);
    expect(band).toHaveLength(31);
    const [first] = band;
    expect(first).toMatchObject({ source: 'oura', at: utc(today - 30 * dayMs) });
    expect(first?.low).toBeLessThan(first?.usual ?? 0);
    await world.decideAll(userId, [
      nightOfRing(userId, today - 9 * dayMs, today - 9 * dayMs + 5 * hourMs, 20),
    ]);
    await noted(userId);
    expect((await seriesOf(userId, { metric: 'hrv_rmssd', resolution: '1d' })).band).toEqual(band);
  });

  test('take up what came late, was corrected or deleted', async () => {
    const userId = randomName('ada');
    world.clock.now = noon;
    const at = today - 4 * dayMs + 10 * hourMs;
    const own = { from: today - 5 * dayMs, to: noon, resolution: '1d' } as const;
    const event = (value: number, version: number, operation: 'upsert' | 'delete' = 'upsert') =>
      watchEvent(userId, at, operation === 'delete' ? [] : pulse(value), {
        object: 'one',
        version,
        operation,
      });
    await world.decideAll(userId, [watchEvent(userId, at - dayMs, pulse(70)), event(80, 0)]);
    await world.maintain();
    const maxima = async () => (await seriesOf(userId, own)).points.map(({ max }) => max);
    expect(await blockedDays(userId)).toBe(2);
    expect(await maxima()).toEqual([70, 80]);
    await world.decideAll(userId, [event(90, 1)]);
    await noted(userId);
    expect(await maxima()).toEqual([70, 90]);
    await world.decideAll(userId, [watchEvent(userId, at - 2 * dayMs + hourMs, pulse(61))]);
    await noted(userId);
    expect(await maxima()).toEqual([70, 90]);
    await world.decideAll(userId, [event(0, 2, 'delete'), watchEvent(userId, at - dayMs, pulse(99))]);
    await noted(userId);
    expect(await maxima()).toEqual([99]);
  });

  test('refuse what is too much before anything is read', async () => {
    const ask = (question: SeriesQuestion) =>
      world.history.readings(everybody, randomName('unknown'), {
        ...{ metric: 'heart_rate', resolution: '5m' },
        ...question,
      });
    expect(await ask({ metric: 'no_such_metric' })).toMatchObject({ kind: 'refused', parameter: 'metric' });
    expect(await ask({ from: noon, to: today })).toMatchObject({ kind: 'refused', parameter: 'from' });
    const year = { from: today - 365 * dayMs, to: today };
    expect(await ask(year)).toMatchObject({ kind: 'refused', parameter: 'resolution' });
    expect(await ask({ from: today, to: noon })).toEqual({ kind: 'unknown' });
  });
});

async function blockedDays(userId: string): Promise<number> {
  const { subjectId } = await world.personOf(userId);
  const [row] = await world.owner.query<{ days: number }>(
    'select count(distinct day)::int days from reading_blocks where subject_id = $1',
    [subjectId],
  );
  return row?.days ?? 0;
}

/** Lets the job run until it has noted and written what came late. */
async function noted(userId: string): Promise<void> {
  const { subjectId } = await world.personOf(userId);
  const waiting = () =>
    world.owner.query<{ written: boolean }>(
      `select (select written_until from cognition.late_watermark) >
              (select max(written_at) from biometric_events where subject_id = $1)
          and not exists (select from cognition.late_days where subject_id = $1) written`,
      [subjectId],
    );
  await vi.waitFor(
    async () => {
      await world.maintain();
      expect((await waiting())[0]?.written).toBe(true);
    },
    { timeout: 20_000, interval: 200 },
  );
}

describe('the state of a person', () => {
  test('holds the newest reading of each metric and device, however many events came since', async () => {
    const userId = await tell();
    const before = await stateOf(userId);
    await world.maintain();
    const after = await stateOf(userId);
    expect(after.readings).toEqual(before.readings);
    expect(after.readings.map(({ metric, source, device_id }) => [metric, source, device_id])).toEqual([
      ['heart_rate', 'apple', 'watch'],
      ['hrv_rmssd', 'oura', 'ring'],
      ['sleep_duration', 'oura', 'ring'],
    ]);
    // The ring's night is long ago, and the watch has measured ever since.
    world.clock.now = noon + 3 * dayMs;
    const later = Array.from({ length: 300 }, (_, index) =>
      watchEvent(userId, noon + hourMs + index * 10 * 60_000, pulse(66)),
    );
    await world.decideAll(userId, later);
    await world.maintain();
    const { readings } = await stateOf(userId);
    expect(readings.find(({ metric }) => metric === 'hrv_rmssd')).toEqual(
      after.readings.find(({ metric }) => metric === 'hrv_rmssd'),
    );
    expect(readings.find(({ metric }) => metric === 'heart_rate')).toMatchObject({ value: 66 });
  });

  test('says what is usual, since when and why', async () => {
    const userId = await tell();
    const state = await stateOf(userId);
    expect(state).toMatchObject({ user_id: userId, mode: 'pattern', reason: 'first_decision', stale: false });
    expect(state.summary).toBeTypeOf('string');
    expect(state.transition_id).toMatch(/^[0-9a-f]{32}$/);
    const usual = state.usual.find(({ metric, context }) => metric === 'hrv_rmssd' && context === 'sleep');
    expect(usual).toMatchObject({ source: 'oura', settled: true, unit: 'ms', days: 28 });
  });

  test('holds the open question with its answers', async () => {
    const userId = randomName('ada');
    world.clock.now = noon;
    const readings = [
      { metric: 'hrv_rmssd', value: 15, unit: 'ms', context: 'rest' as const },
      ...pulse(46).map((reading) => ({ ...reading, context: 'rest' as const })),
    ];
    await world.decideAll(userId, [watchEvent(userId, noon - hourMs, readings, { event_type: 'hrv' })]);
    const { mode, hypotheses } = await stateOf(userId);
    expect(mode).toBe('hypothesis');
    expect(hypotheses).toMatchObject([
      { rule: 'hrv_and_pulse_low', answers: ['at_rest', 'exercise', 'fine', 'unwell'] },
    ]);
    expect(hypotheses[0]?.question).toMatch(/\?$/);
    world.clock.now = noon + 30 * dayMs;
    expect((await stateOf(userId)).hypotheses).toEqual([]);
  });

  async function stateOf(userId: string) {
    const result = await world.history.state(everybody, userId, undefined);
    if (result.kind !== 'found') throw new Error(result.kind);
    return personStateSchema.parse(result.value);
  }
});

describe('nights', () => {
  test('come page by page, the newest first, whether in blocks or not', async () => {
    const userId = await tell();
    const before = await nightsOf(userId);
    await world.maintain();
    expect(await blockedDays(userId)).toBeGreaterThanOrEqual(days);
    const after = await nightsOf(userId);
    expect(after).toEqual(before);
    expect(after).toHaveLength(days + 1);
    expect(after[0]).toMatchObject({
      date: utc(today).slice(0, 10),
      start: utc(today - hourMs),
      end: utc(today + 6 * hourMs),
      source: 'oura',
      device_id: 'ring',
    });
  });

  async function nightsOf(userId: string) {
    const nights = [];
    let beforeDay: number | undefined;
    for (;;) {
      const result = await world.history.sleep(everybody, userId, { limit: 10, beforeDay });
      if (result.kind !== 'found') throw new Error(result.kind);
      const { items, next } = result.value;
      nights.push(...nightListSchema.parse({ nights: items, next: next ?? null }).nights);
      if (next === undefined) return nights;
      beforeDay = Number(next);
    }
  }
});

describe('decisions', () => {
  /** A pulse at rest that nobody has. */
  async function alarmed() {
    const userId = randomName('ada');
    world.clock.now = noon;
    const events = [150, 152, 151, 153].map((value, index) =>
      watchEvent(userId, today + 8 * hourMs + index * 60_000, [
        { metric: 'heart_rate', value, unit: '/min', context: 'rest' },
      ]),
    );
    await world.decideAll(userId, events);
    return { userId, events };
  }

  test('explain a switch and an event without one, and come out identical', async () => {
    const { userId, events } = await alarmed();
    const list = await world.history.transitions(everybody, userId, { limit: 10 });
    if (list.kind !== 'found') throw new Error(list.kind);
    const [newest] = list.value.items;
    expect(newest).toMatchObject({ user_id: userId, to: 'reflex' });
    expect(newest?.summary).toMatch(/15\d/);
    for (const id of [newest?.transition_id ?? '', events.at(-1)?.event_id ?? '']) {
      const result = await world.history.decision(everybody, id);
      if (result.kind !== 'found') throw new Error(result.kind);
      const explained = explainedDecisionSchema.parse(result.value);
      expect(explained).toMatchObject({ user_id: userId, identical: true });
      expect(explained.sentences.length).toBeGreaterThan(3);
      expect(explained.decision.signals?.[0]?.metric).toBe('heart_rate');
    }
  });

  test("are nobody else's, and unknown ids have none", async () => {
    const { events } = await alarmed();
    const limited = { ...everybody, users: new Set([randomName('bob')]) };
    expect(await world.history.decision(limited, events[0]?.event_id ?? '')).toEqual({ kind: 'forbidden' });
    expect(await world.history.decision(everybody, 'f'.repeat(32))).toEqual({ kind: 'unknown' });
  });
});

describe('every read', () => {
  test('is refused to a key of somebody else, and noted before anything is shown', async () => {
    const userId = await tell();
    const { subjectId } = await world.personOf(userId);
    const limited = { ...everybody, users: new Set([randomName('bob')]) };
    const reads = (viewer: typeof everybody, of: string) => [
      world.history.state(viewer, of, undefined),
      world.history.readings(viewer, of, { metric: 'heart_rate', resolution: '1d' }),
      world.history.sleep(viewer, of, { limit: 1 }),
      world.history.transitions(viewer, of, { limit: 1 }),
      world.history.insights(viewer, of, { limit: 1 }),
    ];
    for (const result of await Promise.all(reads(limited, userId))) expect(result.kind).toBe('forbidden');
    for (const result of await Promise.all(reads(everybody, randomName('unknown')))) {
      expect(result.kind).toBe('unknown');
    }
    world.accesses.length = 0;
    for (const result of await Promise.all(reads(everybody, userId))) expect(result.kind).toBe('found');
    expect(world.accesses.map(({ table }) => table).sort()).toEqual([
      'cognitive_mode_transitions',
      'insights',
      'neuros_checkpoints',
      'reading_blocks',
      'reading_blocks',
    ]);
    expect(new Set(world.accesses.flatMap(({ subjectIds }) => subjectIds))).toEqual(new Set([subjectId]));
  });
});
