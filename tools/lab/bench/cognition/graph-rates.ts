import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '@bridge/cli/stack-paths';
import type { Bench } from '../bench.ts';

const runFile = promisify(execFile);

/** One line of `apps/cognition/test/graph-rates.ts`, a process of its own: tools do not import apps. */
type GraphRate = { readonly name: string; readonly perSecond: number };

/**
 * Measures the graph alone, without consumer, keys and tables: once per batch, as the worker runs it, and once per event
 * with a checkpointer, as in LangGraph's examples.
 */
export const measureGraph: Bench = async ({ stack, clients, quick, print }) => {
  const script = join(checkout, 'apps/cognition/test/graph-rates.ts');
  const runs = new Map<string, number[]>();
  for (let nr = 1; nr <= (quick ? 1 : 3); nr += 1) {
    const { stdout } = await runFile(
      process.execPath,
      ['--conditions=@bridge/source', script, quick ? '1' : '5'],
      { env: { ...process.env, POSTGRES_ADMIN_URL: stack.urls.postgres }, timeout: 120_000 },
    );
    const rates = JSON.parse(stdout) as GraphRate[];
    for (const { name, perSecond } of rates) runs.set(name, [...(runs.get(name) ?? []), perSecond]);
    await clients.postgres.query('drop schema if exists bench_checkpoints cascade');
    print(
      `graph, run ${nr}: ${rates.map((rate) => `${rate.name} ${Math.round(rate.perSecond)}/s`).join('; ')}`,
    );
  }
  return [...runs].map(([name, own]) => ({ name: `graph: ${name}`, unit: 'events/s', runs: own }));
};
