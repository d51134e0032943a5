import { expect, test } from 'vitest';
import { createHub } from './hub.ts';
import { type Happening, type LiveMessage } from './live-message.ts';

function createWorld() {
  let emit: (message: LiveMessage) => void = () => undefined;
  let open = 0;
  let opened = 0;
  const hub = createHub((given) => {
    emit = given;
    open += 1;
    opened += 1;
    return {
      lastId: () => undefined,
      close: () => {
        open -= 1;
      },
    };
  });
  return { hub, emit: (message: LiveMessage) => emit(message), open: () => open, opened: () => opened };
}

const happening = (kind: Happening['kind'], userId: string): LiveMessage => ({
  type: 'happening',
  happening: { kind, body: { user_id: userId } } as Happening,
});

test('many tabs have one stream, which ends with the last of them', () => {
  const { hub, open } = createWorld();
  const tabs = Array.from({ length: 7 }, () => hub.join(() => undefined));
  expect(open()).toBe(1);
  for (const tab of tabs) tab({ type: 'bye' });
  expect(open()).toBe(0);
});

test('a tab gets the events of those whom it shows, and everything else of everybody', () => {
  const { hub, emit } = createWorld();
  const got: LiveMessage[] = [];
  const tab = hub.join((message) => got.push(message));
  tab({ type: 'interest', interest: { events: ['ada'] } });
  for (const kind of ['event', 'transition', 'alert', 'insight'] as const) emit(happening(kind, 'bob'));
  emit(happening('event', 'ada'));
  expect(got.map((message) => message.type === 'happening' && message.happening.kind)).toEqual([
    'transition',
    'alert',
    'insight',
    'event',
  ]);
  tab({ type: 'interest', interest: { events: 'all' } });
  emit(happening('event', 'bob'));
  expect(got).toHaveLength(5);
});

test('a tab that comes later knows at once how the connection is', () => {
  const { hub, emit } = createWorld();
  hub.join(() => undefined);
  emit({ type: 'connection', state: 'live' });
  const got: LiveMessage[] = [];
  hub.join((message) => got.push(message));
  expect(got).toEqual([{ type: 'connection', state: 'live' }]);
});

test('another session begins the stream anew, also after the last tab had left', () => {
  const { hub, open, opened } = createWorld();
  const tab = hub.join(() => undefined);
  tab({ type: 'restart' });
  expect([open(), opened()]).toEqual([1, 2]);
  tab({ type: 'bye' });
  tab({ type: 'restart' });
  expect([open(), opened()]).toEqual([1, 3]);
});
