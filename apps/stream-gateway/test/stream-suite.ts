import { buildEvent } from '@bridge/testing';
import { afterAll, beforeAll } from 'vitest';
import { followStream, until, type StreamFollower } from './follow-stream.ts';
import { createWorld, type World } from './gateway-world.ts';
import { masterKey, startGateway, type Gateway } from './start-gateway.ts';

export const admin = { authorization: `Bearer ${masterKey}` };

export type StreamSuite = {
  readonly world: World;
  readonly gateway: Gateway;
  /** Opens a stream, which is closed after the tests. */
  readonly follow: (
    query?: string,
    headers?: Record<string, string>,
    at?: Gateway,
  ) => Promise<StreamFollower>;
  readonly sendEvent: (
    userId: string,
    given?: Parameters<typeof buildEvent>[0],
  ) => Promise<ReturnType<typeof buildEvent>>;
};

/** One gateway for all tests of a file. Its parts are there once the tests run. */
export function useGateway(): StreamSuite {
  const open: StreamFollower[] = [];
  let world: World | undefined;
  let gateway: Gateway | undefined;

  beforeAll(async () => {
    world = await createWorld();
    const started = await startGateway(world);
    gateway = started;
    await until('the gateway is ready', async () => (await fetch(`${started.url}/ready`)).ok || undefined);
  });

  afterAll(async () => {
    open.forEach((stream) => stream.close());
    await gateway?.close();
    await world?.close();
  });

  function there<Part>(part: Part | undefined): Part {
    if (part === undefined) throw new Error('The gateway runs only within tests.');
    return part;
  }

  const suite: StreamSuite = {
    get world() {
      return there(world);
    },
    get gateway() {
      return there(gateway);
    },
    async follow(query = '', headers = admin, at = there(gateway)) {
      const stream = await followStream(`${at.url}/stream${query}`, headers);
      open.push(stream);
      return stream;
    },
    async sendEvent(userId, given = {}) {
      const event = buildEvent({ user_id: userId, ...given });
      const { publish, signed, names } = suite.world;
      await publish(signed(names.events, userId, event));
      return event;
    },
  };
  return suite;
}
