import { expect, test } from 'vitest';
import { fetchRound, type FetchResult, type Round } from './fetch-round.ts';
import { groupNotices, type NoticedObject } from './group-notices.ts';
import { classifyRound } from './notice-verdicts.ts';
import type { VendorAnswer } from '../../vendors/vendor-answer.ts';

const hour = 3_600_000;
const document: VendorAnswer = { kind: 'document', json: {}, raw: Buffer.from('{}') };
const down = { kind: 'unavailable', retryAfterMs: 5_000 } as const;

function object(objectId: string, more: { operation?: 'upsert' | 'delete'; receivedMs?: number } = {}) {
  const { operation = 'upsert', receivedMs = 0 } = more;
  const notice = { vendor: 'oura', vendorUserId: 'u', dataType: 'sleep', objectId, operation } as const;
  return groupNotices([{ noticeId: objectId, notice, receivedMs, attempts: 0 }])[0] as NoticedObject;
}

const classify = (...fetched: FetchResult[]) =>
  classifyRound({ fetched, stopped: undefined, failed: [] }, hour);

test('what was found is stored oldest first, and settles its notices', () => {
  const { found, verdicts } = classify(
    { object: object('b', { receivedMs: 2 }), answer: document },
    { object: object('a', { receivedMs: 1 }), answer: { kind: 'deleted' } },
  );
  expect(found.map((one) => one.object.objectId)).toEqual(['a', 'b']);
  expect(verdicts.settled).toEqual(
    new Map([
      ['a', 'resolved'],
      ['b', 'resolved'],
    ]),
  );
  expect(verdicts.arrived).toEqual(new Set(['sleep']));
});

test('what is missing comes again, what was announced as deleted is gone', () => {
  const { found, verdicts } = classify(
    { object: object('late', { receivedMs: hour }), answer: { kind: 'missing' } },
    { object: object('gone', { operation: 'delete' }), answer: { kind: 'missing' } },
    { object: object('odd'), answer: { kind: 'unknown_type' } },
  );
  expect(found).toMatchObject([{ object: { objectId: 'gone' }, answer: { kind: 'deleted' } }]);
  expect(verdicts.postponed).toEqual([{ noticeId: 'late', untilMs: hour + 60_000 }]);
  expect(verdicts.settled.get('odd')).toBe('unknown_type');
});

test('objects at which the vendor fails do not keep the others waiting', () => {
  const broken = ['one', 'two'].map((id) => ({ by: down, at: object(id) }));
  const postponed = (round: Pick<Round, 'fetched' | 'failed'>) =>
    classifyRound({ stopped: round.failed[0], ...round }, 0).verdicts.postponed;
  const behind = ['one', 'two'].map((noticeId) => ({ noticeId, untilMs: 2 * down.retryAfterMs }));

  expect(postponed({ fetched: [{ object: object('fine'), answer: document }], failed: broken })).toEqual(
    behind,
  );
  // No answer at all says nothing about the object.
  expect(postponed({ fetched: [], failed: broken })).toEqual([]);
  const answered = broken.map(({ at }) => ({ by: { ...down, isFault: true }, at }));
  expect(postponed({ fetched: [], failed: answered })).toEqual(behind);
});

test('a round that begins with objects at which the vendor fails is followed by one of others', async () => {
  const ids = ['bad1', 'bad2', 'bad3', 'bad4', 'good1', 'good2'];
  const fetchObject = (_dataType: string, id: string): Promise<VendorAnswer> =>
    Promise.resolve(id.startsWith('bad') ? { ...down, isFault: true } : document);
  const first = classifyRound(
    await fetchRound(
      ids.map((id) => object(id)),
      fetchObject,
    ),
    0,
  );
  const waiting = new Map(first.verdicts.postponed.map(({ noticeId, untilMs }) => [noticeId, untilMs]));
  const due = ids.filter((id) => (waiting.get(id) ?? 0) <= down.retryAfterMs);
  const next = classifyRound(
    await fetchRound(
      due.map((id) => object(id)),
      fetchObject,
    ),
    down.retryAfterMs,
  );
  expect(next.found.map((one) => one.object.objectId)).toEqual(['good1', 'good2']);
});

test('a round ends at the first failure and asks for each object once', async () => {
  const asked: string[] = [];
  const ids = Array.from({ length: 30 }, (_, nr) => String(nr));
  const round = await fetchRound(
    ids.map((id) => object(id)),
    (_dataType, id) => {
      asked.push(id);
      return Promise.resolve(id === '9' ? down : document);
    },
  );
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked.length).toBeLessThan(16);
  expect(round.stopped?.at.objectId).toBe('9');
  expect(round.fetched).toHaveLength(asked.length - 1);
});
