import { readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Log } from '@bridge/core';
import { Command } from 'commander';
import { referredVariables } from './compose-file.ts';
import { nginxRoutes } from './nginx-routes.ts';

const root = join(import.meta.dirname, '../..');
const routesFile = join(root, 'deploy/nginx/routes.conf');

/** Checks by programs that a bare machine lacks; what only needs the code is tested beside this file. */
const programs = [
  {
    name: 'docker compose',
    command: ['docker', 'compose'],
    probe: ['version'],
    check: ['config', '--quiet'],
  },
  {
    name: 'nginx',
    command: ['nginx'],
    probe: ['-v'],
    check: ['-t', '-q', '-c', join(root, 'deploy/nginx/nginx.conf')],
  },
];

/** `deploy-check`: is what the deployment is made from current, and do its own tools accept it? */
export function deployCheckCommand(env: NodeJS.ProcessEnv, log: Log): Command {
  return new Command('deploy-check')
    .description('check docker-compose.yml and the nginx routes with the tools that this machine has')
    .option('--write', 'write the nginx routes anew')
    .option('--allow-missing', 'exit 0 although a tool is missing')
    .action(({ write, allowMissing }: { write?: true; allowMissing?: true }) => {
      if (write) writeFileSync(routesFile, nginxRoutes());
      if (readFileSync(routesFile, 'utf8') !== nginxRoutes()) {
        throw new Error(
          'deploy/nginx/routes.conf is out of date: run «npm run bridge -- deploy-check --write».',
        );
      }
      const missing = programs.filter((program) => !passes(program, env));
      for (const { name } of missing) log.warn(`NOT CHECKED: ${name} is not on this machine`);
      if (missing.length > 0 && !allowMissing) process.exitCode = 1;
    });
}

/** False when the program is not there; throws with its own words when it refuses. */
function passes({ command, probe, check }: (typeof programs)[number], env: NodeJS.ProcessEnv): boolean {
  const [program = '', ...args] = command;
  const run = (more: readonly string[]) =>
    spawnSync(program, [...args, ...more], {
      cwd: root,
      env: { ...placeholders(), ...env },
      encoding: 'utf8',
    });
  if (run(probe).status !== 0) return false;
  const { status, stderr } = run(check);
  if (status !== 0) throw new Error(stderr);
  return true;
}

/** Values for every variable of the compose file: its form is checked here, not anybody's secrets. */
function placeholders(): Record<string, string> {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  return Object.fromEntries(referredVariables(text).map(({ name }) => [name, 'placeholder']));
}
