import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { system } from './system.ts';

/** Reads the current log of each program of the stack. */
export function logsOfStack(): string[] {
  const directory = join(system.home, 'logs');
  return readdirSync(directory).map((file) => readFileSync(join(directory, file), 'utf8'));
}
