import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { checkout } from '@bridge/cli/stack-paths';
import { describe, expect, it } from 'vitest';

/** The programs behind npm scripts, how they are called, and bad arguments. */
const scripts: readonly (readonly [file: string, call: string, bad: readonly string[]])[] = [
  ['local/start.ts', 'npm start --', ['--port-offset', '60000']],
  ['test/run.ts', 'npm test --', ['extra']],
  ['checks/structure.ts', 'npm run structure --', ['no-such-folder']],
  ['checks/old-names.ts', 'tools/checks/old-names.ts', ['no-such-folder']],
  ['edge/main.ts', 'tools/edge/main.ts', ['--ingest-origin', 'nowhere']],
  ['generate/generate.ts', 'npm run generate --', ['extra']],
  ['lab/clients/main.ts', 'npm run test:clients --', ['no-such-client']],
  ['lab/bench/run.ts', 'npm run bench --', ['--only', 'ingest,x']],
  ['lab/proof/run.ts', 'npm run proof --', ['delivery', '--size', '1e3']],
  ['lab/evaluate/main.ts', 'npm run evaluate --', ['--config', 'no-such-file.yaml']],
  ['lab/vendor-sim/main.ts', 'tools/lab/vendor-sim/main.ts', ['--port', '70000']],
];

async function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const script = join(checkout, 'tools', file);
  const child = spawn(process.execPath, ['--conditions=@bridge/source', script, ...args], {
    env: { ...process.env, ...env },
  });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, out, errors };
}

describe('the command line of a script', () => {
  it.each(scripts)('%s: --help ends with an example', async (file, call) => {
    const { code, out, errors } = await run(file, ['--help']);
    expect([code, errors]).toEqual([0, '']);
    expect(out).toMatch(/\nExamples?:\n/);
    expect(out).toContain(call);
  });

  it.each(scripts)('%s: bad use is one sentence and the way to the help', async (file, call, bad) => {
    const { code, out, errors } = await run(file, bad);
    expect([code, out]).toEqual([2, '']);
    const [sentence, help, ...more] = errors.trimEnd().split('\n');
    expect(sentence).toMatch(/^error: /);
    expect(help).toMatch(/^See .* --help\.$/);
    expect(help).toContain(call);
    expect(more).toEqual([]);
  });

  it('names a service without an origin', async () => {
    const { code, errors } = await run('edge/main.ts', [], { INGEST_ORIGIN: 'http://localhost:9001' });
    expect([code, errors]).toEqual([
      2,
      expect.stringMatching(/^error: COGNITION_ORIGIN is not set\nSee .* --help\.\n$/),
    ]);
  });

  it('names a variable that is no port', async () => {
    const { code, errors } = await run('lab/vendor-sim/main.ts', [], { PORT: 'many' });
    expect([code, errors]).toEqual([2, expect.stringContaining("from env 'PORT'")]);
  });
});
