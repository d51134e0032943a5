import { createServer } from 'node:net';
import { portOwner } from './port-owner.ts';

/** The ports of a stack. `--port-offset` shifts all of them. */
export const standardPorts = {
  edge: 8888,
  ingest: 8001,
  cognition: 8002,
  alerts: 8003,
  gateway: 8004,
  postgres: 5432,
  kafka: 9092,
  kafkaController: 9093,
  registry: 8081,
  redis: 6379,
  vendorSim: 8005,
  inbox: 8006,
} as const;

export type PortName = keyof typeof standardPorts;
export type Ports = Readonly<Record<PortName, number>>;

const names = Object.keys(standardPorts) as PortName[];

/**
 * Returns the standard ports, all shifted by the same number.
 *
 * @throws RangeError when a port leaves 1024 to 65535 or the number is not whole.
 */
export function shiftPorts(offset: number): Ports {
  return portsFrom((name) => {
    const port = standardPorts[name] + offset;
    if (!Number.isInteger(port) || port < 1024 || port > 65_535) {
      throw new RangeError(
        `A port offset of ${offset} shifts ${name} to ${port}. Ports must be from 1024 to 65535.`,
      );
    }
    return port;
  });
}

/**
 * Finds ports on which nobody listens. They are below the range of outgoing connections, so that the system does not
 * take one of them between this check and the start.
 */
export async function freePorts(random: () => number = Math.random): Promise<Ports> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const first = 15_000 + Math.floor(random() * 15_000);
    const ports = portsFrom((_, index) => first + index);
    const free = await Promise.all(names.map((name) => isFree(ports[name])));
    if (free.every(Boolean)) return ports;
  }
  throw new Error(`No ${names.length} free ports in a row between 15000 and 30000.`);
}

/** Names each of these ports that is in use, the program that needs it, and the process that has it. */
export async function describeTakenPorts(ports: Ports, wanted: readonly PortName[]): Promise<string[]> {
  const taken = await Promise.all(
    wanted.map(async (name) => ((await isFree(ports[name])) ? undefined : describe(name, ports[name]))),
  );
  return taken.filter((sentence) => sentence !== undefined);
}

function describe(name: PortName, port: number): string {
  const owner = portOwner(port) ?? 'a process that cannot be named';
  return `Port ${port} (${name}) is in use by ${owner}. Stop it, or start with \`npm start -- --port-offset 1000\`.`;
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = createServer();
  probe.once('error', () => resolve(false));
  probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  return promise;
}

function portsFrom(portOf: (name: PortName, index: number) => number): Ports {
  return Object.fromEntries(names.map((name, index) => [name, portOf(name, index)])) as Ports;
}
