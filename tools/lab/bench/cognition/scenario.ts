import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { consumerGroups } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { BenchContext } from '../bench.ts';
import { floorConsumer, type FloorPlan } from '../decision-floor/plan.ts';
import { residentMegabytes } from '../process-usage.ts';
import { profiling, serviceProgram, start, startService } from '../service-process.ts';
import { truncateDecisions, saveStates, measureWriteVolume, restoreTables } from './decision-tables.ts';
import { onePulseEach, pastNights, randomEvents, type PersonLoad } from './person-load.ts';
import { publishLoad } from './publish-load.ts';
import { endOfTopic, rewind, type Mark } from './topic-range.ts';
import { waitUntilDrained, measureDrain, type DrainResult } from './watch-drain.ts';

/** A load that lies on the topic, and how worker and floor are run over it again and again. */
export type Scenario = {
  /** `restore` resets the tables to the beginning of a run. */
  readonly runWorker: (restore?: (query: Query) => Promise<void>) => Promise<Run>;
  /** Writes what the worker's last run wrote. */
  readonly runFloor: () => Promise<Run>;
};

export type Run = DrainResult & { readonly residentMb: number };

/** The offsets of the events. Counting begins at `warm`. */
export type TopicFill = { readonly from: Mark; readonly warm: Mark; readonly to: Mark };

/** Caches are filled and code is compiled before counting begins. */
const leastWarmUp = 15_000;
const withinMs = 180_000;

/** Decides each person's nights, keeps the states, and fills the topic. */
export async function prepareScenario(context: BenchContext, load: PersonLoad): Promise<Scenario> {
  const { clients, stack } = context;
  const { query } = clients.postgres;
  await decideNights(context, load);
  await saveStates(query);
  const filled = await fillTopic(context, load);
  let plan: string | undefined;

  async function measure(consumer: string, name: string, pid: number): Promise<Run> {
    const servers = { postgres: pidOf(context, 'postgres'), kafka: pidOf(context, 'kafka') };
    const counted = { from: filled.warm, to: filled.to, pids: { [name]: pid, ...servers }, withinMs };
    const drained = await measureDrain({ query, consumer, ...counted });
    return { ...drained, residentMb: residentMegabytes(pid) };
  }

  return {
    runWorker: async (restore = restoreTables) => {
      await restore(query);
      await rewind({ kafka: clients.kafka, query }, consumerGroups.decisions, filled.from);
      const worker = await startService(context, 'cognition', profiling(context));
      const run = await measure(consumerGroups.decisions, 'process', worker.pid).finally(worker.stop);
      plan = await writePlan(context, load);
      return run;
    },
    runFloor: async () => {
      if (plan === undefined) throw new Error('the floor writes what the worker wrote before it');
      await restoreTables(query);
      await rewind({ kafka: clients.kafka, query }, floorConsumer, filled.from);
      const { command, env, cwd } = serviceProgram(stack, 'cognition');
      const floor = await start(context, {
        name: floorConsumer,
        command,
        ...(env && { env }),
        ...(cwd && { cwd }),
        args: ['--conditions=@bridge/source', join(import.meta.dirname, '../decision-floor/main.ts'), plan],
        isReady: () => Promise.resolve(true),
      });
      return measure(floorConsumer, 'process', floor.pid).finally(floor.stop);
    },
  };
}

/** Nights make rows and baselines; what is measured later are updates. */
export async function decideNights(context: BenchContext, load: PersonLoad): Promise<void> {
  const { kafka, publisher, postgres } = context.clients;
  const from = await endOfTopic(kafka);
  await publishLoad(publisher, pastNights(load, context.clients));
  const to = await endOfTopic(kafka);
  const consumer = consumerGroups.decisions;
  await truncateDecisions(postgres.query);
  await rewind({ kafka, query: postgres.query }, consumer, from);
  const worker = await startService(context, 'cognition');
  await waitUntilDrained({ query: postgres.query, consumer, to, withinMs }).finally(worker.stop);
}

/** Every person once to fill the caches, then what is measured. */
async function fillTopic({ clients }: BenchContext, load: PersonLoad): Promise<TopicFill> {
  const { kafka, publisher } = clients;
  const from = await endOfTopic(kafka);
  await publishLoad(publisher, onePulseEach(load, clients));
  const more = { ...load, events: Math.max(leastWarmUp - load.persons, 0) };
  await publishLoad(publisher, randomEvents(more, 0, clients));
  const warm = await endOfTopic(kafka);
  await publishLoad(publisher, randomEvents(load, 1, clients));
  return { from, warm, to: await endOfTopic(kafka) };
}

async function writePlan({ clients, stack }: BenchContext, { persons, prefix }: PersonLoad): Promise<string> {
  const userIds = Array.from({ length: persons }, (_, nr) => `${prefix}-${nr}`);
  const subjects = await clients.vault.find(userIds);
  const { events, transitions, ticks, ...sizes } = await measureWriteVolume(clients.postgres.query);
  const plan: FloorPlan = {
    subjects: Object.fromEntries([...subjects].map(([userId, { subjectId }]) => [userId, subjectId])),
    eventsPerTransition: Math.round(events / Math.max(transitions, 1)),
    eventsPerTick: ticks === 0 ? null : Math.round(events / ticks),
    ...sizes,
  };
  const file = join(stack.paths.home, 'floor-plan.json');
  writeFileSync(file, JSON.stringify(plan));
  return file;
}

function pidOf({ stack }: BenchContext, program: string): number {
  const pid = stack.programs.get(program)?.pid();
  if (pid === undefined) throw new Error(`${program} does not run`);
  return pid;
}
