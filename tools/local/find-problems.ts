import { existsSync } from 'node:fs';
import { missingOnMachine } from './check-machine.ts';
import type { StackPaths } from '@bridge/cli/stack-paths';
import { postgresData } from './install-postgres.ts';
import { describeTakenPorts, type PortName, type Ports } from './ports.ts';
import type { ServerName } from './server-urls.ts';

/** Everything that has to be put right before the stack can start, one sentence each. */
class StackProblems extends Error {
  constructor(problems: readonly string[]) {
    super(problems.map((problem) => `- ${problem}`).join('\n'));
    this.name = 'StackProblems';
  }
}

type Plan = {
  readonly paths: StackPaths;
  readonly ports: Ports;
  /** The servers that are to run here. */
  readonly servers: readonly ServerName[];
  readonly services: boolean;
  readonly vendorSim: boolean;
};

/**
 * Looks for everything that would make the start fail, so that one run of `npm start` names all of it.
 *
 * @throws StackProblems
 */
export async function refuseProblems({ paths, ports, servers, services, vendorSim }: Plan): Promise<void> {
  const wanted: PortName[] = [...servers];
  if (servers.includes('kafka')) wanted.push('kafkaController');
  if (services) wanted.push('edge', 'ingest', 'cognition', 'alerts', 'gateway');
  if (vendorSim) wanted.push('vendorSim');
  const problems = [
    ...(await missingOnMachine(servers, paths.downloads)),
    ...(await describeTakenPorts(ports, wanted)),
    ...lostSecrets(paths),
  ];
  if (problems.length > 0) throw new StackProblems(problems);
}

/** New secrets for old data would only show later, as a password that fails and rows that cannot be opened. */
function lostSecrets(paths: StackPaths): string[] {
  if (existsSync(paths.envFile) || !existsSync(postgresData(paths))) return [];
  return [
    `${paths.envFile} is gone, and with it the keys of the data that is there. Put it back, or begin anew with ` +
      '`npm start -- --fresh`.',
  ];
}
