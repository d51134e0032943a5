import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertStateSignal } from '@bridge/contracts';
import { createPublisher, signatureHeader } from '@bridge/kafka';
import { createTestDatabase, createTestTopics, randomName } from '@bridge/testing';
import { expect } from 'vitest';
import { buildSignal } from './build-signal.ts';
import { masterKey, signer, startAlerts, testCodec, type AlertsWorld } from './start-alerts.ts';

type Closeable = { close(): Promise<void> | void };

/** A world of its own for one test file: a database, topics, and the service, which can be stopped and started again. */
export async function createStoryWorld() {
  const closing: Closeable[] = [];
  const database = await createTestDatabase();
  const topics = await createTestTopics(['alerts', 'alertChanges', 'events'], { partitions: 3 });
  closing.push(database, topics);
  const world: AlertsWorld = {
    databaseUrl: database.urlFor('alerts'),
    signals: topics.names.alerts,
    changes: topics.names.alertChanges,
    events: topics.names.events,
    group: randomName('alerts'),
  };
  const publisher = createPublisher(topics.connection);
  const codec = await testCodec(world);
  closing.push(publisher);
  let service = await startAlerts(world);
  closing.push({ close: () => service.close() });

  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(service.url + path, {
      method,
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    expect(answer.status, text).toBeLessThan(300);
    return text === '' ? undefined : JSON.parse(text);
  }

  return {
    world,
    connection: topics.connection,
    connectDatabase: () => database.connect('alerts'),
    codec,
    call,
    url: () => service.url,
    /** For resources of the test; they are closed before the service. */
    use: <T extends Closeable>(resource: T): T => {
      closing.push(resource);
      return resource;
    },
    stopService: () => service.close(),
    async startService(): Promise<void> {
      service = await startAlerts(world);
    },
    /** As cognition sends it. */
    send: async (given: Partial<AlertStateSignal> & { cause?: string }): Promise<void> => {
      const signal = buildSignal(given);
      const key = signal.user_id;
      const value = codec.encode(world.signals, signal);
      const signature = signer.sign({ topic: world.signals, key, value });
      await publisher.publish([
        { topic: world.signals, key, value, headers: { [signatureHeader]: signature } },
      ]);
    },
    async close(): Promise<void> {
      for (const resource of closing.reverse()) await resource.close();
    },
  };
}

export type StoryWorld = Awaited<ReturnType<typeof createStoryWorld>>;

/** Looks until there is something. */
export async function until<T>(what: string, find: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`timed out: ${what}`);
    await sleep(20);
  }
}
