import { CodedError } from '@bridge/core';
import { createRecordingLog } from '@bridge/testing';
import { expect, test } from 'vitest';
import { createAttemptRecorder } from './attempt-recorder.ts';
import type { AttemptEnd, DeliveryClaims } from './rows/delivery-claims.ts';

function end(deliveryId: string): AttemptEnd {
  const claimed = {
    deliveryId,
    channel: 'sink',
    subjectId: 's1',
    attempt: 1,
    attemptsBefore: 0,
    createdAt: 0,
    content: Buffer.alloc(0),
  };
  return { claimed, endedAt: 1, result: { kind: 'delivered' }, settlement: { status: 'delivered' } };
}

const away = new CodedError('not_committed', 'transient', 'away');
const idsOf = (ends: readonly AttemptEnd[]) => ends.map(({ claimed }) => claimed.deliveryId);

/** A recorder over `record`, with the ids of each statement and of what counted. */
function watch(record: DeliveryClaims['record']) {
  const statements: string[][] = [];
  const counted: string[] = [];
  const log = createRecordingLog();
  const recorder = createAttemptRecorder({
    record(ends) {
      statements.push(idsOf(ends));
      return record(ends);
    },
    onRecorded: (ends) => void counted.push(...idsOf(ends)),
    pauseMs: 1,
    log,
  });
  return { recorder, statements, counted, log };
}

test('what ends while a statement runs goes into the next one', async () => {
  const first = Promise.withResolvers<undefined>();
  const { recorder, statements, counted } = watch(async (ends) => {
    await first.promise;
    return new Set(idsOf(ends));
  });
  for (const id of ['a', 'b', 'c']) recorder.add(end(id));
  first.resolve(undefined);
  await recorder.close();
  expect(statements).toEqual([['a'], ['b', 'c']]);
  expect(counted).toEqual(['a', 'b', 'c']);
});

test('only what the database took counts', async () => {
  const { recorder, counted } = watch(() => Promise.resolve(new Set(['b'])));
  for (const id of ['a', 'b']) recorder.add(end(id));
  await recorder.close();
  expect(counted).toEqual(['b']);
});

test('without the database ends wait for it', async () => {
  let tries = 0;
  const back = Promise.withResolvers<undefined>();
  const { recorder, counted } = watch((ends) => {
    tries += 1;
    if (tries < 4) return Promise.reject(away);
    back.resolve(undefined);
    return Promise.resolve(new Set(idsOf(ends)));
  });
  recorder.add(end('a'));
  await back.promise;
  await recorder.close();
  expect(counted).toEqual(['a']);
});

test('a stopping service tries once more and does not wait for the database', async () => {
  const { recorder, counted, log } = watch(() => Promise.reject(away));
  recorder.add(end('a'));
  await recorder.close();
  expect(counted).toEqual([]);
  expect(log.lines.at(-1)).toMatchObject({ level: 'error', fields: { count: 1 } });
});
