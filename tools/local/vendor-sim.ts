import { join } from 'node:path';
import { vendors, type Vendor } from '../lab/vendor-sim/vendor.ts';
import type { Ports } from './ports.ts';
import type { Secrets } from './secrets.ts';
import { nodeArgs } from './services.ts';
import type { Program } from './supervise.ts';
import { answersOk } from './wait-until.ts';

type Options = {
  readonly root: string;
  /** The file that keeps consents and subscriptions between starts. */
  readonly stateFile: string;
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly env: NodeJS.ProcessEnv;
};

/** Returns the vendors for which the environment configures no application. */
export function simulatedVendors(env: NodeJS.ProcessEnv): Vendor[] {
  return vendors.filter((vendor) => !env[`${vendor.toUpperCase()}_CLIENT_ID`]);
}

export function vendorSimUrl(ports: Ports): string {
  return `http://127.0.0.1:${ports.vendorSim}`;
}

/** Returns the simulator as a program. */
export function vendorSimProgram({ root, stateFile, ports, secrets, env }: Options): Program {
  const [command, ...args] = nodeArgs;
  return {
    name: 'vendor-sim',
    command,
    args: [...args, join(root, 'tools/lab/vendor-sim/main.ts'), '--state', stateFile],
    cwd: root,
    env: {
      ...env,
      ...applications(secrets),
      HOST: '127.0.0.1',
      PORT: String(ports.vendorSim),
      WHOOP_WEBHOOK_URL: `http://127.0.0.1:${ports.edge}/webhooks/whoop`,
    },
    isReady: () => answersOk(`${vendorSimUrl(ports)}/sim/live`),
  };
}

/** Returns the settings with which webhook-ingest uses the simulator instead of these vendors. */
export function vendorSimEnv(
  simulated: readonly Vendor[],
  { ports, secrets }: Pick<Options, 'ports' | 'secrets'>,
): Record<string, string> {
  const all = simulated.map((vendor) => {
    const [name, url] = [vendor.toUpperCase(), `${vendorSimUrl(ports)}/${vendor}`];
    return { [`${name}_API_URL`]: url, [`${name}_OAUTH_URL`]: url };
  });
  const own = Object.entries(applications(secrets)).filter(([name]) =>
    simulated.some((vendor) => name.startsWith(vendor.toUpperCase())),
  );
  return Object.assign(Object.fromEntries(own), ...all) as Record<string, string>;
}

function applications(secrets: Secrets): Record<string, string> {
  return {
    OURA_CLIENT_ID: 'bridge-demo',
    OURA_CLIENT_SECRET: secrets.VENDOR_SIM_OURA_SECRET,
    OURA_VERIFICATION_TOKEN: secrets.VENDOR_SIM_VERIFICATION_TOKEN,
    WHOOP_CLIENT_ID: 'bridge-demo',
    WHOOP_CLIENT_SECRET: secrets.VENDOR_SIM_WHOOP_SECRET,
  };
}
