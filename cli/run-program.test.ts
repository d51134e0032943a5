import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { checkout } from './local/stack-paths.ts';

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const script = join(checkout, 'cli/bridge.ts');
  const child = spawn(process.execPath, ['--conditions=@bridge/source', script, ...args], { env });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, out, errors };
}

describe('the program bridge', () => {
  it.each([
    [['no-such-command'], ''],
    [['topics', '--no-such-option'], 'topics '],
    [['keys', 'revoke'], 'keys revoke '],
    [['local', 'stop'], 'local stop '],
    [['explain'], 'explain '],
    [['explain', '--newest', 'all'], 'explain '],
    [['reset-position', '--topic', 'biometric.events'], 'reset-position '],
    [['dead-letters', 'republish', '--yes'], 'dead-letters '],
    [['dead-letters', 'show', 'events-7'], 'dead-letters '],
    [['simulate', '--seed', 'x'], 'simulate '],
  ])('%j is bad use: one sentence, the way to the help and exit code 2', async (args, words) => {
    const { code, out, errors } = await run(args);
    expect([code, out]).toEqual([2, '']);
    const [sentence, help, ...more] = errors.trimEnd().split('\n');
    expect(sentence).toMatch(/^error: /);
    expect(help).toBe(`See npm run bridge -- ${words}--help.`);
    expect(more).toEqual([]);
  });

  it('shows its commands when none is given, and exits with code 2', async () => {
    const { code, out, errors } = await run([]);
    expect([code, out]).toEqual([2, '']);
    expect(errors).toContain('Usage: bridge');
  });

  it.each([[['--help']], [['help', 'topics']], [['dead-letters', 'list', '--help']]])(
    '%j is help: exit code 0',
    async (args) => {
      const { code, out, errors } = await run(args);
      expect([code, errors]).toEqual([0, '']);
      expect(out).toMatch(/\nExamples?:\n/);
    },
  );

  it('exits with code 1 when a command fails', async () => {
    const { code, errors } = await run(['schemas']);
    expect([code, errors]).toEqual([1, expect.stringContaining('SCHEMA_REGISTRY_URL is not set')]);
  });
});
