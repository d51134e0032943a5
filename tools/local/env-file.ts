import { readFileSync, renameSync, writeFileSync } from 'node:fs';

export type EnvValues = Readonly<Record<string, string>>;

/** Reads a file of `NAME=value` lines. Returns undefined without a file. */
export function readEnvFile(file: string): EnvValues | undefined {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Parses lines as this module writes them: no quotes, no spaces, and comments after `#`. */
export function parseEnv(text: string): EnvValues {
  const lines = text.split('\n').filter((line) => /^[A-Z][A-Z0-9_]*=/.test(line));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** Replaces the whole file. Only its owner can read it. */
export function writeEnvFile(file: string, values: EnvValues): void {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  const head =
    '# Made by npm start, kept until `npm start -- --fresh`. Load it with: set -a; . .local/env; set +a\n';
  writeFileSync(`${file}.part`, head + lines.join(''), { mode: 0o600 });
  renameSync(`${file}.part`, file);
}
