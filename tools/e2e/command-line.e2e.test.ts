import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { checkout } from '@bridge/cli/stack-paths';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeArgs } from '../local/services.ts';
import { waitUntil } from '../local/wait-until.ts';
import { acceptedEvent, control, isReady, newUser, system } from './system.ts';

const running: ChildProcessWithoutNullStreams[] = [];
afterEach(() => running.splice(0).forEach((child) => child.kill('SIGKILL')));

/** As from another machine: an address and a key, and nothing of the stack. */
function start(args: readonly string[], key = system.masterKey): ChildProcessWithoutNullStreams {
  const [program, ...options] = nodeArgs;
  const env = { PATH: process.env['PATH'], BRIDGE_URL: system.edge, BRIDGE_API_KEY: key };
  const child = spawn(program, [...options, join(checkout, 'cli/bridge.ts'), ...args], { env });
  running.push(child);
  return child;
}

async function run(args: readonly string[], key?: string) {
  const child = start(args, key);
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, lines: out.trimEnd().split('\n'), errors };
}

const reflex = (userId: string, eventId: string) =>
  acceptedEvent({ user_id: userId, event_id: eventId, hrv_rmssd: 25, readiness_score: 65 });

describe('the command-line client', () => {
  it('tail shows what happens, goes on after the gateway was killed, and ends well', async () => {
    const userId = newUser();
    const child = start(['tail', '--user', userId, '--kind', 'event', '--json']);
    let out = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    const events = () => out.split('\n').filter((line) => line.includes('"kind":"event"'));
    let sent = 0;
    const sendUntilShown = async (count: number) =>
      waitUntil(
        `event ${count} in the terminal (${errors})`,
        async () => {
          sent += 1;
          await acceptedEvent({ user_id: userId, event_id: `evt_${sent}`, heart_rate: 60 + (sent % 20) });
          return events().length >= count;
        },
        { withinMs: 20_000, everyMs: 200 },
      );
    await sendUntilShown(2);
    await control('stream-gateway', 'kill');
    await waitUntil('the gateway', () => isReady('stream-gateway'), { withinMs: 20_000 });
    await sendUntilShown(events().length + 1);
    expect(errors).toContain('Trying again');
    const ids = events().map((line) => (JSON.parse(line) as { data: { event_id: string } }).data.event_id);
    expect(new Set(ids).size).toBe(ids.length);
    child.kill('SIGINT');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
  });

  it('state shows the mode of a person', async () => {
    const userId = newUser();
    await reflex(userId, 'evt');
    await waitUntil(
      'the mode',
      async () => (await run(['state', userId])).lines[0]?.startsWith(`${userId}: reflex`) === true,
      { withinMs: 20_000 },
    );
  });

  it.each([
    [['state', 'e2e_nobody'], 'Nothing is known of this person.'],
    [['answer', 'e2e_nobody', 'aaaaaa', 'fine'], 'Nothing is known of this person.'],
    [['alerts', 'show', 'aaaaaa'], 'No alert begins with aaaaaa.'],
  ])('%j is answered with one line that says what to do', async (args, words) => {
    const { code, errors } = await run(args);
    expect([code, errors.trimEnd().split('\n')]).toEqual([1, [expect.stringContaining(words)]]);
  });

  it.each([[['state', 'a']], [['tail']], [['alerts']]])('%j says that a key is not valid', async (args) => {
    const { code, errors } = await run(args, `bb_${'a'.repeat(43)}`);
    expect([code, errors.trimEnd()]).toEqual([1, expect.stringMatching(/^The key is not valid there\..*$/)]);
  });
});
