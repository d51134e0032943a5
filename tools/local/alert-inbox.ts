import { join } from 'node:path';
import type { Ports } from './ports.ts';
import { nodeArgs } from './services.ts';
import type { Program } from './supervise.ts';
import { answersOk } from './wait-until.ts';

type Options = {
  readonly root: string;
  readonly ports: Ports;
  /** Where the messages are kept. */
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
};

export function inboxUrl(ports: Ports): string {
  return `http://${inboxHost(ports)}`;
}

/** Returns the receiver of alerts as a program. */
export function inboxProgram({ root, ports, file, env }: Options): Program {
  const [command, ...args] = nodeArgs;
  return {
    name: 'alert-inbox',
    command,
    args: [...args, join(root, 'tools/local/inbox/main.ts'), '--file', file],
    cwd: root,
    env: { ...env, HOST: '127.0.0.1', PORT: String(ports.inbox) },
    isReady: () => answersOk(`${inboxUrl(ports)}/v1/health`),
  };
}

/** Returns the settings with which alerts sends to the inbox, unless the environment names another first channel. */
export function inboxEnv({ ports, env }: Pick<Options, 'ports' | 'env'>): Record<string, string> {
  const allowed = [env.ALERTS_ALLOWED_PRIVATE_HOSTS, inboxHost(ports)];
  return {
    ALERTS_DEFAULT_NTFY_URL: env.ALERTS_DEFAULT_NTFY_URL || `${inboxUrl(ports)}/bridge`,
    ALERTS_ALLOWED_PRIVATE_HOSTS: allowed.filter(Boolean).join(','),
  };
}

const inboxHost = (ports: Ports) => `127.0.0.1:${ports.inbox}`;
