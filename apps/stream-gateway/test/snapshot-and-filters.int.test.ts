import { buildReading, randomName } from '@bridge/testing';
import { describe, expect, test } from 'vitest';
import { until } from './follow-stream.ts';
import { buildChange, buildTransition } from './gateway-world.ts';
import { admin, useGateway } from './stream-suite.ts';

const suite = useGateway();
const { follow, sendEvent } = suite;

describe('a snapshot', () => {
  test('has the newest readings, also those that only the topic has yet', async () => {
    const user = randomName('ada');
    const before = await follow(`?user_id=${user}`);
    await sendEvent(user, { readings: [buildReading({ value: 41 })] });
    await before.until(1);
    const { data } = await (await follow(`?user_id=${user}`)).notice('snapshot');
    expect(data).toMatchObject({ users: [{ user_id: user, readings: [{ value: 41 }] }] });
  });

  test('of everyone has counts, and says where all of them are', async () => {
    expect((await (await follow()).notice('snapshot')).data).toEqual({ counts: {}, more: '/users' });
  });
});

describe('filters', () => {
  test('leave out what was not asked for, live and replayed', async () => {
    const user = randomName('ada');
    const { id } = await (await follow(`?user_id=${user}`)).notice('snapshot');
    const query = `?user_id=${user}&kind=transition&kind=alert&mode=guardian&severity=warning`;
    const live = await follow(query);
    await live.notice('snapshot');
    const send = (name: 'transitions' | 'alertChanges', body: object) =>
      suite.world.publish(suite.world.signed(suite.world.names[name], user, body));
    await sendEvent(user);
    await send('transitions', buildTransition({ user_id: user, to: 'reflex' }));
    await send('alertChanges', buildChange({ user_id: user, severity: 'info' }));
    const change = buildChange({ user_id: user, severity: 'warning' });
    await send('alertChanges', change);
    const transition = buildTransition({ user_id: user, to: 'guardian' });
    await send('transitions', transition);
    const replayed = await follow(query, { ...admin, 'last-event-id': id });
    for (const stream of [live, replayed]) {
      const kinds = (await stream.until(2)).map(({ event, data }) => [event, data]);
      expect(kinds).toContainEqual(['alert', change]);
      expect(kinds).toContainEqual(['transition', transition]);
      expect(stream.frames).toHaveLength(2);
    }
  });

  test('that match nothing give a quiet stream whose id moves on', async () => {
    const stream = await follow(`?user_id=${randomName('nobody')}&kind=alert&mode=pattern`);
    const { id } = await stream.notice('snapshot');
    await sendEvent(randomName('other'));
    await until('the id moves on', () => stream.ids.at(-1) !== id || undefined);
    expect(stream.frames).toEqual([]);
  });
});
