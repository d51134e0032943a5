import { silentLog } from '@bridge/testing';
import type { LiveSubject } from '@bridge/vault';
import { expect, test } from 'vitest';
import { checkDefinitions } from '../vendors/check-definitions.ts';
import type { PageAnswer } from '../vendors/vendor-answer.ts';
import { vendorDefinitions } from '../vendors/vendors.ts';
import { createPullWindow } from './pull-window.ts';

const down = { kind: 'unavailable', retryAfterMs: 1 } as const;
const missing = { kind: 'missing' } as const;
const point = (minute: number) => ({ timestamp: `2026-07-06T10:0${minute}:00Z`, bpm: 60, source: 'awake' });
const workout = (id: string) => ({ id, day: '2026-07-06' });

/** Pulls a list whose pages these are. `stored` counts what was stored, `marks` how often something had arrived. */
async function pull(dataType: string, pages: readonly (PageAnswer | readonly unknown[])[]) {
  const raws: string[] = [];
  let stored = 0;
  let marks = 0;
  const mark = () => {
    marks += 1;
    return Promise.resolve();
  };
  const pullWindow = createPullWindow({
    vendors: checkDefinitions(vendorDefinitions),
    storeObjects: (_person, observations) => {
      stored += observations.length;
      raws.push(...observations.map(({ raw }) => raw.toString()));
      return Promise.resolve(
        observations.map(({ raw }) => ({ kind: raw.includes('old') ? 'dropped' : 'published' }) as never),
      );
    },
    storeSeries: (_person, { points }) => {
      stored += points.length;
      return Promise.resolve({ new: points.length, duplicates: 0, corrected: 0, quarantined: 0, dropped: 0 });
    },
    markPulled: { points: mark, documents: mark },
    countOutOfRange: () => undefined,
    log: silentLog,
  });
  const fetchPage = (_type: string, _span: unknown, page = '0'): Promise<PageAnswer> => {
    const nr = Number(page);
    const answer = pages[nr] ?? missing;
    if ('kind' in answer) return Promise.resolve(answer);
    const next = nr + 1 < pages.length ? String(nr + 1) : undefined;
    return Promise.resolve({ kind: 'page', documents: answer, next });
  };
  const of = {
    connection: { connectionId: 'c', subjectId: 's', vendor: 'oura', state: 'active' },
    person: {} as LiveSubject,
    session: { fetchPage, fetchObject: () => Promise.resolve(missing) },
  } as const;
  const result = await pullWindow(of, dataType, { fromMs: 0, untilMs: 1 });
  return { seen: { result, stored, marks }, raws };
}

test('points have arrived when the last page is here', async () => {
  const pages = [[point(1), point(2)], [point(3)]];
  expect((await pull('heartrate', pages)).seen).toEqual({
    result: { kind: 'pulled', added: 3, dropped: 0 },
    stored: 3,
    marks: 1,
  });
});

test.each([
  ['the vendor fails', down, down],
  ['a page cannot be read', missing, { kind: 'unreadable' }],
])('points have not arrived when %s in the middle, though they are stored', async (_, page, result) => {
  expect((await pull('heartrate', [[point(1)], page])).seen).toEqual({ result, stored: 1, marks: 0 });
});

test('a list of which one page cannot be read is not pulled', async () => {
  const pages = [[workout('a')], [workout('b')], missing, [workout('c')], [workout('d')]];
  expect((await pull('workout', pages)).seen).toMatchObject({ result: { kind: 'unreadable' }, stored: 2 });
  expect((await pull('workout', [missing])).seen.result).toEqual({ kind: 'unreadable' });
});

test('a listed document is stored as its bytes came, and one older than the retention is counted', async () => {
  const texts = ['{"id": "w1", "v": 1.0}', '{"id":"old"}'];
  const page: PageAnswer = {
    kind: 'page',
    documents: texts.map((text) => JSON.parse(text) as unknown),
    raws: texts.map((text) => Buffer.from(text)),
    next: undefined,
  };
  const { seen, raws } = await pull('workout', [page]);
  expect(raws).toEqual(texts);
  expect(seen.result).toEqual({ kind: 'pulled', added: 1, dropped: 1 });
});
