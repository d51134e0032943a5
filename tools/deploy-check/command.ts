import { readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { addExamples } from '@bridge/cli/examples';
import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { Command } from 'commander';
import { referredVariables } from './compose-file.ts';
import { nginxRoutes } from './nginx-routes.ts';

const root = join(import.meta.dirname, '../..');
const routesFile = join(root, 'deploy/nginx/routes.conf');

/** Checks that need programs which a bare machine lacks. The tests beside this file cover the rest. */
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

/** `deploy-check`: checks that the generated files are current, and that the deployment's own programs accept them. */
export function deployCheckCommand(env: Env, log: Log): Command {
  const command = new Command('deploy-check')
    .description('Check docker-compose.yml and the nginx routes with the programs on this machine.')
    .option('--write', 'generate the nginx routes first')
    .option('--allow-missing', 'exit with 0 even if a program is missing')
    .action(({ write, allowMissing }: { write?: true; allowMissing?: true }) => {
      if (write) writeFileSync(routesFile, nginxRoutes());
      if (readFileSync(routesFile, 'utf8') !== nginxRoutes()) {
        throw new Error(
          'deploy/nginx/routes.conf is out of date: run `npm run bridge -- deploy-check --write`.',
        );
      }
      const missing = programs.filter((program) => !passes(program, env));
      for (const { name } of missing) log.warn(`NOT CHECKED: ${name} is not on this machine`);
      if (missing.length > 0 && !allowMissing) process.exitCode = 1;
    });
  return addExamples(command, 'deploy-check --write');
}

/** Returns false if the program is not installed. Throws its own message if it refuses the files. */
function passes({ command, probe, check }: (typeof programs)[number], env: Env): boolean {
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

/** Returns a value for every variable of the compose file, since only its form is checked here. */
function placeholders(): Record<string, string> {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  return Object.fromEntries(referredVariables(text).map(({ name }) => [name, 'placeholder']));
}
