import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { askSocket } from './ask-socket.ts';
import { findRedis } from './download-redis.ts';
import type { StackPaths } from '@bridge/cli/stack-paths';
import type { Program } from './supervise.ts';

type Options = { readonly paths: StackPaths; readonly port: number };

/** Prepares a Redis (or Valkey) server on loopback. It saves nothing, since Redis holds only data that may be lost. */
export async function prepareRedis({ paths, port }: Options): Promise<Program> {
  const command = await findRedis(paths.downloads);
  if (command === undefined)
    throw new Error('The downloaded package contains no Redis server. Install redis-server.');
  const home = join(paths.data, 'redis');
  await mkdir(home, { recursive: true });
  const settings = {
    bind: '127.0.0.1',
    port,
    dir: home,
    save: '',
    appendonly: 'no',
    // A changed title would hide the command line by which a later start recognises the process.
    'set-proc-title': 'no',
  };
  return {
    name: 'redis',
    command,
    args: Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]),
    isReady: () =>
      askSocket(port, Buffer.from('PING\r\n'), (reply) => reply.toString('latin1').startsWith('+PONG')),
  };
}
