import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

type Line = { message: string; level: string; name?: string; code?: number; error?: Record<string, unknown> };

const script = fileURLToPath(new URL('./fixtures/service.ts', import.meta.url));
const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

function start(scenario: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--conditions=@bridge/source', script, scenario], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  children.push(child);
  const lines: Line[] = [];
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const waiting: { message: string; resolve: () => void }[] = [];
  createInterface(child.stdout).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    waiting.filter(({ message }) => message === line.message).forEach(({ resolve }) => resolve());
  });
  const closed = once(child, 'close');
  return {
    child,
    lines,
    /** Resolves when the process writes this message. */
    said: (message: string) => new Promise<void>((resolve) => void waiting.push({ message, resolve })),
    ended: async () => {
      const [code] = (await closed) as [number | null];
      return { code, stderr, messages: lines.map((line) => line.name ?? line.message) };
    },
  };
}

describe('runService', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s takes draining, closes in reverse order, exits 0',
    async (signal) => {
      const service = start('works');
      await service.said('started');
      service.child.kill(signal);
      const { code, stderr, messages } = await service.ended();
      expect(messages).toEqual(['started', 'stopping', 'draining', 'server', 'pool', 'stopped']);
      expect(code).toBe(0);
      expect(stderr).toBe('');
    },
  );

  it('stops once, however many signals come', async () => {
    const service = start('works');
    await service.said('started');
    for (let signals = 0; signals < 3; signals += 1) service.child.kill('SIGTERM');
    service.child.kill('SIGINT');
    const { code, messages } = await service.ended();
    expect(code).toBe(0);
    expect(messages.filter((message) => message === 'pool')).toHaveLength(1);
  });

  it('releases what a failed start had acquired, and exits 1', async () => {
    const { code, messages } = await start('startFails').ended();
    expect(messages).toEqual(['start failed', 'pool', 'stopped']);
    expect(code).toBe(1);
  });

  it('stopped while it starts, releases also what was just being opened, and goes no further', async () => {
    const service = start('startHangs');
    await service.said('waiting');
    service.child.kill('SIGTERM');
    const { code, messages } = await service.ended();
    expect(messages).not.toContain('went on');
    expect(messages.slice(-3)).toEqual(['late', 'pool', 'stopped']);
    expect(code).toBe(0);
  });

  it('names all problems of the environment in one line, and exits 1', async () => {
    const service = start('configIsWrong', { POSTGRES_URL: '', AUREN_MASTER_API_KEY: 'canary' });
    const { code } = await service.ended();
    const failed = service.lines.find((line) => line.message === 'start failed');
    expect(failed?.error?.['message']).toMatch(/POSTGRES_URL is missing\n- AUREN_MASTER_API_KEY: must have/);
    expect(JSON.stringify(service.lines)).not.toContain('canary');
    expect(code).toBe(1);
  });

  it('continues past a close that fails, and exits 1', async () => {
    const service = start('closeFails');
    await service.said('started');
    service.child.kill('SIGTERM');
    const { code, messages } = await service.ended();
    expect(messages).toEqual(['started', 'stopping', 'pool', 'release failed', 'stopped']);
    expect(code).toBe(1);
  });

  it('on a crash releases and exits 1', async () => {
    const { code, messages } = await start('crashes').ended();
    expect(messages).toEqual(['started', 'crash: consumer stopped', 'pool', 'stopped']);
    expect(code).toBe(1);
  });

  it('leaves at once after an unhandled rejection, and logs it without its message', async () => {
    const service = start('rejects');
    const { code, messages, stderr } = await service.ended();
    expect(messages).toEqual(['started', 'unhandled error']);
    expect(JSON.stringify(service.lines) + stderr).not.toContain('Canary');
    expect(code).toBe(1);
  });

  it('refuses an unknown log level in its own log form', async () => {
    const { code, messages } = await start('works', { LOG_LEVEL: 'loud' }).ended();
    expect(messages).toEqual(['start failed']);
    expect(code).toBe(1);
  });
});
