import { consumerGroups, type BiometricEvent } from '@bridge/contracts';
import { randomBytes } from 'node:crypto';
import { createLogReader, createPublisher, deadLetterMessage, type OutgoingMessage } from '@bridge/kafka';
import { createPositions } from '@bridge/postgres';
import { createTestTopics, fromEnvironment, measured, randomName, type TestTopics } from '@bridge/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { explain, parseId } from '../explain.ts';
import { explainMessage } from '../explain-message.ts';
import { createMessageLog, type MessageLog } from '../message-log.ts';
import { openStoredDecisions, type StoredDecisions } from './stored-decisions.ts';

// A partition of partners' messages; cognition has passed all but the last one.

let stored: StoredDecisions;
let topics: TestTopics<'events'>;
let log: MessageLog;
let close: () => Promise<void>;
const user = randomName('user');
const deadUser = randomName('user');
const at = measured(user, 0, 60, 85).timestamp;

const partner = (body: object, id?: string) =>
  JSON.stringify({ user_id: user, device_id: 'd', event_type: 'hrv', timestamp: at, event_id: id, ...body });

/** By offset. */
const bodies = [
  partner({ metrics: { hrv: 60 } }, 'a'),
  partner({ metrics: { hrv: 60 } }, 'a'),
  partner({ metrics: { hrv: 61 } }, 'a'),
  partner({ metrics: { hrv: 9_999 } }, 'b'),
  '{"cut',
  partner({ metrics: { hrv: 60 }, timestamp: '1999-01-01T00:00:00Z' }, 'c'),
  `[${partner({ metrics: { hrv: 55 } }, 'd')},${partner({ metrics: { hrv: 55 } }, 'd')},${partner({ metrics: { hrv: -1 } }, 'e')}]`,
  partner({ metrics: { hrv: 60 }, user_id: deadUser }, 'f'),
  partner({ metrics: { hrv: 60 } }, 'lost'),
  partner({ metrics: { hrv: 60 } }, 'g'),
];
const passed = bodies.length - 1;

beforeAll(async () => {
  stored = await openStoredDecisions();
  topics = await createTestTopics(['events']);
  const topic = topics.names.events;
  const publisher = createPublisher(topics.connection);
  const message = (value: string): OutgoingMessage => ({
    topic,
    key: 'one',
    value: Buffer.from(value),
    headers: {},
  });
  for (const body of bodies) await publisher.publish([message(body)]);

  const registryUrl = fromEnvironment('SCHEMA_REGISTRY_URL');
  const reader = createLogReader(topics.connection.kafka);
  const signingKeys = [{ id: 'test', key: randomBytes(32) }];
  const { connection } = topics;
  log = await createMessageLog({ connection, reader, registryUrl, signingKeys, retentionDays: 400, topic });
  const partition = (await log.ends(topic)).find(({ high }) => high > 0)?.partition ?? -1;
  place = (offset) => ({ partition, offset });

  const events: { event: BiometricEvent; place: { partition: number; offset: number } }[] = [];
  for (const offset of [0, 6]) {
    const read = await log.read(topic, partition, offset);
    const [meaning] = read ? await log.interpret(read) : [];
    if (meaning?.outcome.kind === 'event')
      events.push({ event: meaning.outcome.event, place: place(offset) });
  }
  await stored.decideAll(events);
  const positions = createPositions(stored.owner.query, 'cognition', consumerGroups.decisions);
  await positions.start(topic, partition, passed, 'cluster');
  const gone = { topic, ...place(8), key: null, value: Buffer.from('x'), headers: {}, brokerTime: 0 };
  await publisher.publish([deadLetterMessage(gone, { reason: 'unclassified', attempt: 9, at: Date.now() })]);
  await publisher.close();
  close = async () => {
    await reader.close();
    await topics.close();
    await stored.close();
  };
});
afterAll(() => close());

let place: (offset: number) => { partition: number; offset: number };
const explained = (offset: number) => explainMessage(stored.archive, log, place(offset));
const textOf = async (offset: number) => (await explained(offset)).map(({ text }) => text).join('\n');

it('a message that was decided is explained by its decision and its readings', async () => {
  const [first] = await explained(0);
  expect(first?.text).toMatch(/^no mode → pattern/);
  expect(first?.finding).toMatchObject({ kind: 'switch', recomputed: 'identical', signals: [{ value: 60 }] });
  expect(first?.finding).toMatchObject({ confidence: 1, analysis: { source: 'partner', signals: 1 } });
});

it('a duplicate names the first', async () => {
  const [found] = await explained(1);
  expect(found?.text).toMatch(
    new RegExp(
      `/1 was not decided because it repeats event [0-9a-f]{32}, which was read first at .*/0, received at `,
    ),
  );
  expect(found).toMatchObject({
    isFine: true,
    finding: { kind: 'not_decided', reason: 'duplicate', first: { seq: 1 } },
  });
});

it('the same id with other content is a conflict', async () => {
  expect(await explained(2)).toMatchObject([
    { finding: { reason: 'duplicate_conflict', first: { seq: 1 } } },
  ]);
});

it.each([
  [3, 'plausible range', 'implausible_value'],
  [4, 'neither a frame nor strict JSON', 'malformed'],
  [5, 'longer ago than events are kept', 'out_of_range'],
  [8, 'deciding it failed each time', 'unclassified'],
  [9, 'cognition has not read this far yet', 'waiting'],
  [10, 'the log ends before it', 'not_written'],
])('the message at %i was not decided because …%s', async (offset, because, reason) => {
  expect(await textOf(offset)).toMatch(new RegExp(`was not decided because .*${because}`));
  expect(await explained(offset)).toMatchObject([{ isFine: true, finding: { reason } }]);
});

it('of a list each event is explained, and one that repeats another of the list', async () => {
  const [decided, repeated, refused] = await explained(6);
  expect(decided?.finding.kind).toMatch(/switch/);
  expect(repeated?.text).toMatch(
    /element 1, was not decided because it repeats event .* element 0 of the same/,
  );
  expect(refused?.text).toMatch(/element 2, was not decided because .*plausible range/);
});

it('a message that left no trace is a fault', async () => {
  expect(await explained(7)).toMatchObject([{ isFine: false, finding: { reason: 'unknown' } }]);
});

it('by its id an event is found in the log, where the tables do not know it', async () => {
  const [unknown] = await explained(7);
  const id = unknown?.finding.kind === 'not_decided' ? (unknown.finding.event_id ?? '') : '';
  expect(await log.find(id)).toEqual([`${log.topic}/${place(7).partition}/7`]);
  const nothing = await explain(stored.archive, parseId('0'.repeat(32)), (work) => work(log));
  expect(nothing).toMatchObject([{ isFine: false, finding: { reason: 'unknown_id' } }]);
});

it('after retention it says so, unless a dead letter is retained', async () => {
  const admin = await topics.connection.admin();
  const offset = String(passed);
  const { partition } = place(0);
  await admin.deleteTopicRecords({ topic: log.topic, partitions: [{ partition, offset }] });
  expect(await textOf(1)).toContain('was not decided because it is no longer retained');
  expect(await explained(8)).toMatchObject([{ finding: { reason: 'unclassified' } }]);
});
