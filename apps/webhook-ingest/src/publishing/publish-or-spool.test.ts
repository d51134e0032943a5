import { CodedError } from '@bridge/core';
import { PublishRefused } from '@bridge/kafka';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPublishOrSpool, type EventMessage, type KafkaStatus } from './publish-or-spool.ts';

function message(key: string, ceId: string): EventMessage {
  return { topic: 'events', key, ceId, value: Buffer.from(ceId), headers: {} };
}

/** Kafka, PostgreSQL and the relay as three lists and two switches. */
function createWorld() {
  const status: KafkaStatus = { up: true };
  const world = {
    kafka: true,
    postgres: true,
    topic: [] as EventMessage[],
    outbox: [] as EventMessage[],
    sends: 0,
  };
  const unless = (up: boolean) =>
    up ? Promise.resolve() : Promise.reject(new CodedError('timeout', 'transient', 'is down'));
  const publishOrSpool = createPublishOrSpool({
    status,
    backlogOf: async (userIds) => {
      await unless(world.postgres);
      return new Set(world.outbox.map(({ key }) => key).filter((key) => userIds.has(key)));
    },
    publish: async (messages) => {
      world.sends += 1;
      await unless(world.kafka);
      world.topic.push(...messages);
    },
    spool: async (messages) => {
      await unless(world.postgres);
      world.outbox.push(...messages);
    },
  });
  /** As the relay does: in order, and only while both are there. */
  function relay(rows: number): void {
    if (!world.kafka || !world.postgres) return;
    const published = world.outbox.splice(0, rows);
    world.topic.push(...published);
    if (published.length > 0) status.up = true;
  }
  return { world, publishOrSpool, relay, status };
}

const ids = (messages: readonly EventMessage[]) => messages.map(({ ceId }) => ceId);

describe('publishOrSpool', () => {
  it('publishes when Kafka is there', async () => {
    const { world, publishOrSpool } = createWorld();
    expect(await publishOrSpool([message('ada', '1'), message('bob', '2')])).toEqual(new Map());
    expect([ids(world.topic), ids(world.outbox)]).toEqual([['1', '2'], []]);
  });

  it('commits to the outbox when Kafka is down, and then waits for no further attempt', async () => {
    const { world, publishOrSpool } = createWorld();
    world.kafka = false;
    for (const id of ['1', '2', '3'])
      expect(await publishOrSpool([message(`user-${id}`, id)])).toEqual(new Map());
    expect([ids(world.topic), ids(world.outbox), world.sends]).toEqual([[], ['1', '2', '3'], 1]);
  });

  it('lets nobody overtake: who has rows waits behind them, everyone else goes to Kafka', async () => {
    const { world, publishOrSpool, relay } = createWorld();
    world.kafka = false;
    await publishOrSpool([message('bob', '1'), message('ada', '2')]);
    world.kafka = true;
    relay(1);
    await publishOrSpool([message('ada', '3'), message('bob', '4')]);
    expect([ids(world.topic), ids(world.outbox)]).toEqual([
      ['1', '4'],
      ['2', '3'],
    ]);
  });

  it('goes to Kafka alone while PostgreSQL is down', async () => {
    const { world, publishOrSpool } = createWorld();
    world.postgres = false;
    expect(await publishOrSpool([message('ada', '1')])).toEqual(new Map());
    expect(ids(world.topic)).toEqual(['1']);
  });

  it('takes Kafka again when the outbox is lost after Kafka came back', async () => {
    const { world, publishOrSpool, status } = createWorld();
    world.kafka = false;
    await publishOrSpool([message('ada', '1')]);
    world.kafka = true;
    world.postgres = false;
    expect(await publishOrSpool([message('ada', '2')])).toEqual(new Map());
    expect([ids(world.topic), status.up]).toEqual([['2'], true]);
  });

  it('says which messages neither took', async () => {
    const { world, publishOrSpool } = createWorld();
    world.kafka = false;
    world.postgres = false;
    const failures = await publishOrSpool([message('ada', '1'), message('bob', '2')]);
    expect([...failures.values()]).toMatchObject([{ retry: 'transient' }, { retry: 'transient' }]);
  });

  it('fails only the message that the broker refuses for good, and does not keep it', async () => {
    const spooled: EventMessage[] = [];
    const publishOrSpool = createPublishOrSpool({
      status: { up: true },
      backlogOf: () => Promise.resolve(new Set()),
      publish: () => Promise.reject(new PublishRefused(new Map([[1, 'MESSAGE_TOO_LARGE']]))),
      spool: (messages) => Promise.resolve(void spooled.push(...messages)),
    });
    const failures = await publishOrSpool([message('ada', '1'), message('bob', '2')]);
    expect([ids([...failures.keys()]), spooled]).toEqual([['2'], []]);
  });

  it('keeps every accepted message and its order per person, whatever fails when, while PostgreSQL is there', async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('send' as const),
        people: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
      }),
      fc.record({ do: fc.constantFrom('kafka down' as const, 'kafka up' as const) }),
      fc.record({ do: fc.constant('relay' as const), rows: fc.nat(3) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { world, publishOrSpool, relay } = createWorld();
        const accepted: EventMessage[] = [];
        for (const one of steps) {
          if (one.do === 'relay') relay(one.rows);
          else if (one.do === 'send') {
            const batch = one.people.map((key, index) => message(key, `${accepted.length + index}`));
            expect(await publishOrSpool(batch)).toEqual(new Map());
            accepted.push(...batch);
          } else world.kafka = one.do === 'kafka up';
        }
        world.kafka = true;
        relay(Number.MAX_SAFE_INTEGER);
        for (const person of ['a', 'b', 'c']) {
          const of = (messages: readonly EventMessage[]) => ids(messages.filter(({ key }) => key === person));
          expect(of(world.topic)).toEqual(of(accepted));
        }
      }),
    );
  });
});
