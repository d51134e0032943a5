import { createServer } from 'node:net';
import { portOwner } from './port-owner.ts';

/** The ports of a stack on an ordinary machine. `--port-offset` shifts all of them. */
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
} as const;

export type PortName = keyof typeof standardPorts;
export type Ports = Readonly<Record<PortName, number>>;

const names = Object.keys(standardPorts) as PortName[];

/**
 * The standard ports, all moved by the same number.
 *
 * @throws RangeError when a port would leave 1024–65535 or the number is not whole.
 */
export function shiftPorts(offset: number): Ports {
  return portsFrom((name) => {
    const port = standardPorts[name] + offset;
    if (!Number.isInteger(port) || port < 1024 || port > 65_535) {
      throw new RangeError(`A port offset of ${offset} moves ${name} to ${port}; use 1024 to 65535.`);
    }
    return port;
  });
}

/**
 * Ports nobody listens on. They lie below the range from which the system takes ports for outgoing connections, so
 * that none of them is taken between this check and the start.
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

/** One sentence for each of these ports that is in use: its number, what wants it, and who has it. */
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
