import { spawn } from 'node:child_process';

/** The user that runs a command. Only root can choose another one. */
export type RunAs = { readonly uid: number; readonly gid: number };

type Options = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly user?: RunAs | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The number of output lines in an error. Default 8. */
  readonly outputLines?: number;
};

/**
 * Runs a command to its end and returns its stdout and stderr.
 *
 * @throws Error with the last lines of its output when it fails or cannot be started.
 */
export function runCommand(command: string, args: readonly string[], options: Options = {}): Promise<string> {
  const { user, outputLines = 8, ...rest } = options;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(command, args, { ...rest, ...user, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  child.once('error', (cause) =>
    reject(new Error(`${command} cannot be started: ${cause.message}`, { cause })),
  );
  child.once('close', (code) => {
    const text = Buffer.concat(output).toString('utf8');
    if (code === 0) resolve(text);
    else reject(new Error(`${command} ended with code ${code ?? 'none'}:\n${lastLines(text, outputLines)}`));
  });
  return promise;
}

/** Returns the last lines of a text, without empty ones. */
export function lastLines(text: string, count: number): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}
