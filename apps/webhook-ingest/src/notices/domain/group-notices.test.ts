import { expect, test } from 'vitest';
import { groupNotices, wasDeleted, type WaitingNotice } from './group-notices.ts';

let count = 0;
function waiting(
  dataType: string,
  objectId: string,
  operation: 'upsert' | 'delete' = 'upsert',
): WaitingNotice {
  count += 1;
  const notice = { vendor: 'oura', vendorUserId: 'u', dataType, objectId, operation } as const;
  return { noticeId: String(count), notice, receivedMs: 0, attempts: 0 };
}

test('puts together what names the same object, in the order of the first', () => {
  const groups = groupNotices([
    waiting('sleep', 'b'),
    waiting('sleep', 'a'),
    waiting('sleep', 'b'),
    waiting('workout', 'b'),
  ]);
  expect(groups.map(({ dataType, objectId, notices }) => [dataType, objectId, notices.length])).toEqual([
    ['sleep', 'b', 2],
    ['sleep', 'a', 1],
    ['workout', 'b', 1],
  ]);
});

test('an object with an upsert and a deletion is looked at, one with deletions only is not', () => {
  const [both, deleted, kept] = groupNotices([
    waiting('sleep', 'a', 'delete'),
    waiting('sleep', 'a'),
    waiting('sleep', 'b', 'delete'),
    waiting('sleep', 'c'),
  ]);
  expect([both?.isDeleted, deleted?.isDeleted, kept?.isDeleted]).toEqual([false, true, false]);
  expect([both, deleted, kept].map((group) => group && wasDeleted(group))).toEqual([true, true, false]);
});
