import { spawn } from 'node:child_process';

type Options = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly timeoutMs?: number;
};

/** Runs a program and returns its output. @throws Error with the last lines of its errors. */
export function runCommand(
  [program = '', ...args]: readonly string[],
  options: Options = {},
): Promise<string> {
  const { cwd, env, input, timeoutMs = 600_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, timeout: timeoutMs });
    let out = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${program} ended with ${code}: ${(errors || out).trim().slice(-600)}`));
    });
    child.stdin.on('error', reject);
    child.stdin.end(input);
  });
}
