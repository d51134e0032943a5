import { randomName } from '@bridge/testing';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { until } from './follow-stream.ts';
import { buildChange, buildTransition, createWorld, type World } from './gateway-world.ts';
import { startGateway } from './start-gateway.ts';

type Pushed = { readonly id: string; readonly type: string; readonly data: Record<string, unknown> };

/** A server that an operator may have behind `WEBSOCKET_URL`; `accept` decides what becomes of a connection. */
async function startReceiver(port: number, accept: (socket: WebSocket) => void = () => undefined) {
  const pushed: Pushed[] = [];
  const server = new WebSocketServer({ port, host: '127.0.0.1', autoPong: true });
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => pushed.push(JSON.parse(data.toString()) as Pushed));
    accept(socket);
  });
  await once(server, 'listening');
  const close = async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, pushed, connections: () => connections, close };
}

let world: World;

async function startPushing(port: number) {
  world = await createWorld();
  onTestFinished(() => world.close());
  const gateway = await startGateway(world, { websocketUrl: `ws://127.0.0.1:${port}/ws` });
  onTestFinished(() => gateway.close());
  await until('the group has joined', async () => {
    const health = (await (await fetch(`${gateway.url}/health`)).json()) as {
      readonly components: Readonly<Record<string, string>>;
    };
    return health.components['websocket'] === 'healthy' || undefined;
  });
  const count = async () => await gateway.metrics.metrics();
  return { gateway, count };
}

const sendTransition = async () => {
  const transition = buildTransition({ user_id: randomName('ada') });
  await world.publish(world.signed(world.names.transitions, transition.user_id, transition));
  return transition;
};

test('transitions and alert changes are pushed with their ids, and nothing that nobody signed', async () => {
  const receiver = await startReceiver(0);
  onTestFinished(receiver.close);
  const { count } = await startPushing(receiver.port);
  const change = buildChange({ user_id: 'ada' });
  await world.publish(
    {
      topic: world.names.alertChanges,
      key: 'ada',
      value: Buffer.from(JSON.stringify(buildChange())),
      headers: {},
    },
    world.signed(world.names.alertChanges, 'ada', change),
  );
  const transition = await sendTransition();
  await until('both', () => receiver.pushed.length === 2 || undefined);
  expect(receiver.pushed).toContainEqual({ id: change.change_id, type: 'alert', data: change });
  expect(receiver.pushed).toContainEqual({
    id: transition.transition_id,
    type: 'transition',
    data: transition,
  });
  await until(
    'they are counted',
    async () => (await count()).includes('websocket_pushed_total 2') || undefined,
  );
  expect(await count()).toContain('websocket_skipped_total{reason="unsigned"} 1');
});

test('a server that is away, then closes each connection, gets everything once it stays', async () => {
  const placeholder = await startReceiver(0);
  const { port } = placeholder;
  await placeholder.close();
  const { count } = await startPushing(port);
  const first = await sendTransition();
  await until('it failed', async () => /websocket_failures_total [1-9]/.test(await count()) || undefined);

  const closing = await startReceiver(port, (socket) => socket.close(1011));
  await until('it was closed', () => closing.connections() > 1 || undefined);
  await closing.close();

  const staying = await startReceiver(port);
  onTestFinished(staying.close);
  const second = await sendTransition();
  await until('both', () => {
    const ids = new Set(staying.pushed.map(({ id }) => id));
    return (ids.has(first.transition_id) && ids.has(second.transition_id)) || undefined;
  });
});

test('a server that takes a message and confirms nothing gets it again under its id', async () => {
  const receiver = await startReceiver(0, (socket) => {
    // The first connection is cut before it can answer a ping.
    if (receiver.connections() === 1) socket.once('message', () => socket.terminate());
  });
  onTestFinished(receiver.close);
  await startPushing(receiver.port);
  const transition = await sendTransition();
  await until('it came twice', () => receiver.pushed.length >= 2 || undefined);
  expect(new Set(receiver.pushed.map(({ id }) => id))).toEqual(new Set([transition.transition_id]));
  expect(receiver.connections()).toBeGreaterThan(1);
});

test('a stalled server keeps nothing here: what was published meanwhile comes when it goes on', async () => {
  let stalled: WebSocket | undefined;
  const receiver = await startReceiver(0, (socket) => {
    if (stalled === undefined) (stalled = socket).pause();
  });
  onTestFinished(receiver.close);
  await startPushing(receiver.port);
  const sent = [];
  for (let nr = 0; nr < 20; nr += 1) sent.push((await sendTransition()).transition_id);
  expect(receiver.pushed).toEqual([]);
  await until('the first connection', () => stalled);
  stalled?.resume();
  await until(
    'all of them',
    () => new Set(receiver.pushed.map(({ id }) => id)).size === sent.length || undefined,
  );
  expect(new Set(receiver.pushed.map(({ id }) => id))).toEqual(new Set(sent));
});
