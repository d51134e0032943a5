import { get, type IncomingMessage } from 'node:http';
import { buildEvent, buildReading, randomName } from '@bridge/testing';
import { expect, test } from 'vitest';
import { until, type StreamFollower } from './follow-stream.ts';
import { buildChange } from './gateway-world.ts';
import { admin, useGateway } from './stream-suite.ts';

const suite = useGateway();
const { follow, sendEvent } = suite;

/** A subscriber that does not read until it is resumed. */
async function followLazily(user: string): Promise<IncomingMessage> {
  const lazy = await new Promise<IncomingMessage>((resolve) => {
    get(`${suite.gateway.url}/stream?user_id=${user}`, { headers: admin }, resolve);
  });
  lazy.on('error', () => undefined);
  return lazy;
}

const longReadings = Array.from({ length: 900 }, (_, index) => buildReading({ value: 40 + (index % 60) }));

/** @returns The number of events that were sent until the condition held. */
async function sendUntil(
  user: string,
  reader: StreamFollower,
  { version = 0, holds }: { readonly version?: number; readonly holds: () => Promise<boolean> },
): Promise<number> {
  const before = reader.frames.length;
  let sent = 0;
  while (!(await holds())) {
    if (sent > 600) throw new Error('It never held.');
    const events = Array.from({ length: 20 }, () =>
      buildEvent({ user_id: user, version, readings: longReadings }),
    );
    await suite.world.publish(
      ...events.map((event) => suite.world.signed(suite.world.names.events, user, event)),
    );
    sent += events.length;
    await reader.until(before + sent);
  }
  return sent;
}

test('a subscriber that does not read for long is cut, with a reason, and the others go on', async () => {
  const user = randomName('ada');
  const reader = await follow(`?user_id=${user}`);
  const lazy = await followLazily(user);
  const closed = new Promise<void>((resolve) => lazy.once('close', resolve));
  const slow = async () =>
    (await suite.gateway.metrics.metrics()).includes('stream_ended_total{reason="slow"} 1');
  // Corrections are never merged.
  const sent = await sendUntil(user, reader, { version: 1, holds: slow });
  let text = '';
  lazy.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await closed;
  expect(text).toContain('event: end\ndata: {"reason":"slow"}\n\n');
  await sendEvent(user);
  expect((await reader.until(sent + 1)).at(-1)?.event).toBe('event');
  // With its last id it gets the rest.
  const last = [...text.matchAll(/^id: (.*)\nevent: event$/gm)].at(-1)?.[1] ?? '';
  const given = text.split('\nevent: event\n').length - 1;
  const resumed = await follow(`?user_id=${user}`, { ...admin, 'last-event-id': last });
  expect(await resumed.until(sent + 1 - given)).toHaveLength(sent + 1 - given);
});

test('a subscriber that reads late gets the newest values, every alert, and how much was merged', async () => {
  const user = randomName('ada');
  const reader = await follow(`?user_id=${user}`);
  const lazy = await followLazily(user);
  // Beyond what the sockets hold: only then frames wait here.
  await sendUntil(user, reader, { holds: () => Promise.resolve(reader.frames.length >= 100) });
  const changes = Array.from({ length: 3 }, () => buildChange({ user_id: user }));
  await suite.world.publish(
    ...changes.map((change) => suite.world.signed(suite.world.names.alertChanges, user, change)),
  );
  const last = await sendEvent(user);
  await reader.until(104);
  let text = '';
  lazy.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await until('the newest event', () => text.includes(last.event_id) || undefined);
  for (const { change_id } of changes) await until('an alert', () => text.includes(change_id) || undefined);
  const events = text.split('\nevent: event\n').length - 1;
  const merged = [...text.matchAll(/^event: lagging\ndata: (.*)$/gm)].map(
    ([, data]) => (JSON.parse(data ?? '') as { merged: number }).merged,
  );
  expect(events + merged.reduce((sum, count) => sum + count, 0)).toBe(101);
  lazy.destroy();
});
