import { percentile } from '../evaluate-figure.ts';
import { atEvenPace } from '../pace.ts';
import type { Load, LoadResult, Rhythm } from './load.ts';
import { openConnection, type Connection } from './open-connection.ts';
import { createWriteRequest } from './write-request.ts';

// `node main.ts '<Load as JSON>'` prints one line, a LoadResult. A process of its own, so that it neither
// shares a thread with what it measures nor with what watches.
const load = JSON.parse(process.argv[2] ?? '') as Load;
const { write, durable } = createWriteRequest(load.deliveries);
const connections = await Promise.all(
  Array.from({ length: load.connections }, () => openConnection(load.port)),
);
const waits: number[] = [];
const refused: Record<string, number> = {};

const started = performance.now();
if ('requests' in load.rhythm) await asFastAsAnswered(load.rhythm.requests);
else await atPace(load.rhythm);
const seconds = (performance.now() - started) / 1_000;
for (const connection of connections) connection.close();

const { userCPUTime, systemCPUTime } = process.resourceUsage();
const result: LoadResult = {
  requests: waits.length,
  perSecond: waits.length / seconds,
  p50: percentile(waits, 0.5),
  p99: percentile(waits, 0.99),
  refused,
  cpuPerThousand: (userCPUTime + systemCPUTime) / 1_000 / waits.length,
};
process.stdout.write(`${JSON.stringify(result)}\n`);

/** Every connection sends its next request when the one before is answered. */
async function asFastAsAnswered(requests: number): Promise<void> {
  let next = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (next < requests) await sendOn(connection, next++, performance.now());
    }),
  );
}

/** Requests come when they come; one that finds no free connection waits, and its waiting counts. */
async function atPace(pace: Extract<Rhythm, { perSecond: number }>): Promise<void> {
  const idle = [...connections];
  const queue: { nr: number; dueAt: number }[] = [];
  const sent: Promise<void>[] = [];
  const work = async (connection: Connection) => {
    for (let job = queue.shift(); job; job = queue.shift()) await sendOn(connection, job.nr, job.dueAt);
    idle.push(connection);
  };
  await atEvenPace(pace, (nr, dueAt) => {
    queue.push({ nr, dueAt });
    const connection = idle.pop();
    if (connection) sent.push(work(connection));
  });
  await Promise.all(sent);
}

async function sendOn(connection: Connection, nr: number, since: number): Promise<void> {
  const status = await connection.request(write(nr));
  waits.push(performance.now() - since);
  if (status !== durable) refused[status] = (refused[status] ?? 0) + 1;
}
