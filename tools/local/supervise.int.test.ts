import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify, isRunning, type ProcessIdentity } from '@bridge/cli/process-identity';
import { claimStack, endLeftovers, releaseStack } from './process-records.ts';
import { restartDelay, supervise, type Program, type SupervisedProgram } from './supervise.ts';
import { waitUntil } from './wait-until.ts';

let directory = '';
let reports: string[] = [];
const started: SupervisedProgram[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bridge-supervise-'));
  reports = [];
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((program) => program.stop('SIGKILL')));
  rmSync(directory, { recursive: true });
});

function superviseScript(script: string, more: Partial<Program> = {}): SupervisedProgram {
  const program = supervise(
    {
      name: 'script',
      command: process.execPath,
      args: ['-e', script],
      isReady: () => Promise.resolve(readFileSync(join(directory, 'script.log'), 'utf8').includes('ready')),
      ...more,
    },
    { run: directory, logs: directory, report: (line) => reports.push(line) },
  );
  started.push(program);
  return program;
}

function identityOf(program: SupervisedProgram): ProcessIdentity {
  const identity = identify(program.pid() ?? 0);
  if (!identity) throw new Error('it does not run');
  return identity;
}

const serve = `console.log('ready'); setInterval(() => {}, 1000)`;

describe('supervise', () => {
  it('starts a program, waits until it is ready, and stops it', async () => {
    const program = superviseScript(serve);
    await program.start();
    const identity = identityOf(program);
    expect(program.state()).toBe('running');
    await program.stop();
    expect(isRunning(identity)).toBe(false);
    expect(program.state()).toBe('stopped');
    expect(readdirSync(directory)).toEqual(['script.log']);
  });

  it('starts it again after a crash, and says so', async () => {
    const program = superviseScript(serve);
    await program.start();
    const first = identityOf(program);
    process.kill(first.pid, 'SIGKILL');
    await waitUntil('a second process', () => Promise.resolve((program.pid() ?? first.pid) !== first.pid), {
      withinMs: 5000,
    });
    expect(reports).toEqual([expect.stringContaining('script ended by SIGKILL; started again in 0.5 s')]);
  });

  it('stays away after a stop, also while it waits to start again', async () => {
    const program = superviseScript(serve);
    await program.start();
    process.kill(identityOf(program).pid, 'SIGKILL');
    await waitUntil('the crash', () => Promise.resolve(program.state() === 'restarting'), { withinMs: 5000 });
    await program.stop();
    await sleep(700);
    expect(program.state()).toBe('stopped');
  });

  it('fails the start of a program that ends early, with the end of its log', async () => {
    const program = superviseScript(`console.error('LANGGRAPH_AES_KEY is missing'); process.exit(1)`);
    await expect(program.start()).rejects.toThrow(/script ended with code 1[^]*LANGGRAPH_AES_KEY is missing/);
    expect(program.state()).toBe('stopped');
  });

  it('fails the start of a program that does not exist', async () => {
    const program = superviseScript('', { command: join(directory, 'nothing') });
    await expect(program.start()).rejects.toThrow('script cannot be started');
  });

  it('ends a program that ignores its stop signal', async () => {
    const deaf = `process.on('SIGTERM', () => {}); ${serve}`;
    const program = superviseScript(deaf, { stopWithinMs: 200 });
    await program.start();
    const identity = identityOf(program);
    await program.stop();
    expect(isRunning(identity)).toBe(false);
  });

  it('waits longer after each failure, up to half a minute', () => {
    expect([1, 2, 3, 7, 20].map(restartDelay)).toEqual([500, 1000, 2000, 30_000, 30_000]);
  });
});

describe('endLeftovers', () => {
  it('ends what a killed supervisor left running', async () => {
    const program = superviseScript(serve);
    await program.start();
    const identity = identityOf(program);
    expect(await endLeftovers(directory)).toEqual(['script']);
    expect(isRunning(identity)).toBe(false);
  });

  it('never touches a process that merely has the same pid now', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const identity = identify(stranger.pid ?? 0);
    if (!identity) throw new Error('it does not run');
    const stale = { ...identity, startedAt: 'an earlier boot/1', stopSignal: 'SIGTERM' };
    writeFileSync(join(directory, 'kafka.pid.json'), JSON.stringify(stale));
    expect(await endLeftovers(directory)).toEqual([]);
    expect(isRunning(identity)).toBe(true);
    expect(readdirSync(directory)).toEqual([]);
    stranger.kill('SIGKILL');
  });

  it('gets over a record that was cut off', async () => {
    writeFileSync(join(directory, 'kafka.pid.json'), '{"pid": 12');
    expect(await endLeftovers(directory)).toEqual([]);
  });
});

describe('claimStack', () => {
  it('refuses while another process has the stack, and not when that is gone', async () => {
    const owner = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const record = { ...identify(owner.pid ?? 0), stopSignal: 'SIGTERM' };
    writeFileSync(join(directory, 'stack.pid.json'), JSON.stringify(record));
    expect(() => {
      claimStack(directory);
    }).toThrow(`already runs under process ${owner.pid ?? 0}`);
    owner.kill('SIGKILL');
    await new Promise((resolve) => owner.once('exit', resolve));
    claimStack(directory);
    releaseStack(directory);
    expect(readdirSync(directory)).toEqual([]);
  });
});
