import { existsSync } from 'node:fs';
import { missingOnMachine } from './check-machine.ts';
import type { StackPaths } from '@bridge/cli/stack-paths';
import { postgresData } from './install-postgres.ts';
import { describeTakenPorts, type PortName, type Ports } from './ports.ts';
import type { ServerName } from './server-urls.ts';

/** Names everything that has to be fixed before the stack can start, each in one sentence. */
class StackProblems extends Error {
  constructor(problems: readonly string[]) {
    super(problems.map((problem) => `- ${problem}`).join('\n'));
    this.name = 'StackProblems';
  }
}

type Plan = {
  readonly paths: StackPaths;
  readonly ports: Ports;
  /** The servers that this stack starts. */
  readonly servers: readonly ServerName[];
  readonly services: boolean;
  readonly vendorSim: boolean;
};

/**
 * Checks for everything that would make the start fail, so that one run of `npm start` names all problems.
 *
 * @throws StackProblems
 */
export async function refuseProblems({ paths, ports, servers, services, vendorSim }: Plan): Promise<void> {
  const wanted: PortName[] = [...servers];
  if (servers.includes('kafka')) wanted.push('kafkaController');
  if (services) wanted.push('edge', 'ingest', 'cognition', 'alerts', 'gateway', 'inbox');
  if (vendorSim) wanted.push('vendorSim');
  const problems = [
    ...(await missingOnMachine(servers, paths.downloads)),
    ...(await describeTakenPorts(ports, wanted)),
    ...lostSecrets(paths),
  ];
  if (problems.length > 0) throw new StackProblems(problems);
}

/** Refuses new secrets for old data, which would fail later with wrong passwords and rows that cannot be decrypted. */
function lostSecrets(paths: StackPaths): string[] {
  if (existsSync(paths.envFile) || !existsSync(postgresData(paths))) return [];
  return [
    `${paths.envFile} is missing, and with it the keys of the stored data. Restore it, or start with empty data: ` +
      '`npm start -- --fresh`.',
  ];
}
