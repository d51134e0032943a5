import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cpuSecondsOf } from '../process-usage.ts';
import type { Load, LoadResult } from './load.ts';

export type Server = { readonly port: number; readonly pid: number };
/** `serverCpu` in milliseconds per request. */
export type ServerLoadResult = LoadResult & { readonly serverCpu: number };

/** Enough to fill a batch while the one before is on its way to the broker or to PostgreSQL. */
const connections = 128;

const runFile = promisify(execFile);

/** Runs the generator against a server. Any answer that does not mean durable makes the figure worthless. */
export async function putLoad(
  { port, pid }: Server,
  request: Pick<Load, 'deliveries' | 'rhythm'>,
): Promise<ServerLoadResult> {
  const load: Load = { port, connections, ...request };
  const generator = join(import.meta.dirname, 'main.ts');
  const before = cpuSecondsOf(pid);
  const { stdout } = await runFile(
    process.execPath,
    ['--conditions=@bridge/source', generator, JSON.stringify(load)],
    { timeout: 120_000 },
  );
  const result = JSON.parse(stdout) as LoadResult;
  if (Object.keys(result.refused).length > 0) {
    throw new Error(`not every request was durable: ${JSON.stringify(result.refused)}`);
  }
  return { ...result, serverCpu: ((cpuSecondsOf(pid) - before) * 1_000) / result.requests };
}

export function summary(run: ServerLoadResult | undefined): string {
  if (!run) return '';
  const { perSecond, p50, p99, cpuPerThousand, serverCpu } = run;
  const cpu = `CPU ms/request: server ${serverCpu.toFixed(3)}, generator ${cpuPerThousand.toFixed(3)}`;
  return `${Math.round(perSecond)} requests/s (p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${cpu})`;
}
