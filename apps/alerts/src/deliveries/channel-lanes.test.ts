import { z } from 'zod';
import { expect, test } from 'vitest';
import { createChannelLanes, type DeliveryChannel } from './channel-lanes.ts';

function channel(state: DeliveryChannel['state'] = 'active'): DeliveryChannel {
  const adapter = {
    kind: 'sink',
    oneAlertAtATime: false,
    readByPeople: true,
    settings: z.unknown(),
    secrets: [],
    send: () => Promise.resolve({ kind: 'delivered' } as const),
  };
  return { adapter, settings: {}, state, fitForHealthData: false };
}

function lanesOf(...names: string[]) {
  const channels = new Map(names.map((name) => [name, channel()]));
  return { channels, lanes: createChannelLanes(() => channels, 2) };
}

const delivered = { kind: 'delivered' } as const;
const namesIn = (free: readonly { channel: string }[]) => free.map((one) => one.channel);
const of = (name: string) => ({ channel: name });

test('a channel is looked at once, until something becomes due', () => {
  const { lanes } = lanesOf('a', 'b');
  lanes.ripen();
  const asked = lanes.free(0);
  expect(asked).toEqual([
    { channel: 'a', slots: 2 },
    { channel: 'b', slots: 2 },
  ]);
  lanes.claimed(asked, [], false);
  expect(lanes.free(0)).toEqual([]);
  lanes.ripen(['b']);
  expect(namesIn(lanes.free(0))).toEqual(['b']);
});

test('what becomes due while the database is asked is not forgotten', () => {
  const { lanes } = lanesOf('a');
  lanes.ripen();
  const asked = lanes.free(0);
  lanes.ripen(['a']);
  lanes.claimed(asked, [], false);
  expect(namesIn(lanes.free(0))).toEqual(['a']);
});

test('a channel that gave as many as it could is looked at again as soon as it has room', () => {
  const { lanes } = lanesOf('a');
  lanes.ripen();
  lanes.claimed(lanes.free(0), [of('a'), of('a')], false);
  lanes.began('a');
  lanes.began('a');
  expect(lanes.free(0)).toEqual([]);
  lanes.ended('a', delivered, 0);
  expect(lanes.free(0)).toEqual([{ channel: 'a', slots: 1 }]);
});

test('when there were too many for one answer, those that got nothing come first', () => {
  const { lanes } = lanesOf('a', 'b', 'c');
  lanes.ripen();
  lanes.claimed(lanes.free(0), [of('a')], true);
  expect(namesIn(lanes.free(0))).toEqual(['b', 'c', 'a']);
});

test('a disabled or held channel is left alone', async () => {
  const { channels, lanes } = lanesOf('a', 'b');
  channels.set('a', channel('disabled'));
  const work = Promise.withResolvers<undefined>();
  const held = lanes.hold('b', work.promise);
  lanes.ripen();
  expect(lanes.free(0)).toEqual([]);
  work.resolve(undefined);
  await held;
  lanes.ripen();
  expect(namesIn(lanes.free(0))).toEqual(['b']);
});
