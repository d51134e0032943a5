import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { checkout } from './local/stack-paths.ts';

/** Runs a program of this checkout in a process of its own, on this terminal, and takes over its exit code. */
export async function runScript(script: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, join(checkout, script), ...args], {
    stdio: 'inherit',
  });
  // Ctrl-C reaches both processes. This one waits until the program has stopped in its own way.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  process.on('SIGTERM', (signal) => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  process.off('SIGINT', ignore);
  process.exitCode = code ?? 1;
}
