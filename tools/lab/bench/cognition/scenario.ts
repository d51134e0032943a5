import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { consumerGroups } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { BenchContext } from '../bench.ts';
import { floorConsumer, type FloorPlan } from '../decision-floor/plan.ts';
import { residentMegabytes } from '../process-usage.ts';
import { profiling, serviceProgram, start, startService } from '../service-process.ts';
import { forgetEverything, keepStates, measureWritten, restoreTables } from './decision-tables.ts';
import { onePulseEach, pastNights, randomEvents, type PersonLoad } from './person-load.ts';
import { publishLoad } from './publish-load.ts';
import { endOfTopic, rewind, type Mark } from './topic-range.ts';
import { untilDrained, watchDrain, type Drained } from './watch-drain.ts';

/** A load that lies on the topic, and how worker and floor are run over it again and again. */
export type Scenario = {
  /** `restore` brings the tables to where every run begins. */
  readonly runWorker: (restore?: (query: Query) => Promise<void>) => Promise<Run>;
  /** Writes what the worker's last run wrote. */
  readonly runFloor: () => Promise<Run>;
};

export type Run = Drained & { readonly residentMb: number };

/** Where the events lie: counting begins at `warm`. */
export type Filled = { readonly from: Mark; readonly warm: Mark; readonly to: Mark };

/** Caches are filled and code is compiled before counting begins. */
const leastWarmUp = 15_000;
const withinMs = 180_000;

/** Decides each person's nights, keeps the states, and fills the topic. */
export async function prepareScenario(context: BenchContext, load: PersonLoad): Promise<Scenario> {
  const { outside, stack } = context;
  const { query } = outside.postgres;
  await settleNights(context, load);
  await keepStates(query);
  const filled = await fill(context, load);
  let plan: string | undefined;

  async function measure(consumer: string, name: string, pid: number): Promise<Run> {
    const servers = { postgres: pidOf(context, 'postgres'), kafka: pidOf(context, 'kafka') };
    const counted = { from: filled.warm, to: filled.to, pids: { [name]: pid, ...servers }, withinMs };
    const drained = await watchDrain({ query, consumer, ...counted });
    return { ...drained, residentMb: residentMegabytes(pid) };
  }

  return {
    runWorker: async (restore = restoreTables) => {
      await restore(query);
      await rewind({ kafka: outside.kafka, query }, consumerGroups.decisions, filled.from);
      const worker = await startService(context, 'cognition', profiling(context));
      const run = await measure(consumerGroups.decisions, 'process', worker.pid).finally(worker.stop);
      plan = await writePlan(context, load);
      return run;
    },
    runFloor: async () => {
      if (plan === undefined) throw new Error('the floor writes what the worker wrote before it');
      await restoreTables(query);
      await rewind({ kafka: outside.kafka, query }, floorConsumer, filled.from);
      const { command, env, cwd } = serviceProgram(stack, 'cognition');
      const floor = await start(context, {
        ...{ name: floorConsumer, command, ...(env && { env }), ...(cwd && { cwd }) },
        args: ['--conditions=@bridge/source', join(import.meta.dirname, '../decision-floor/main.ts'), plan],
        isReady: () => Promise.resolve(true),
      });
      return measure(floorConsumer, 'process', floor.pid).finally(floor.stop);
    },
  };
}

/** Nights make rows and baselines; what is measured later are updates. */
export async function settleNights(context: BenchContext, load: PersonLoad): Promise<void> {
  const { kafka, publisher, postgres } = context.outside;
  const from = await endOfTopic(kafka);
  await publishLoad(publisher, pastNights(load, context.outside));
  const to = await endOfTopic(kafka);
  const consumer = consumerGroups.decisions;
  await forgetEverything(postgres.query);
  await rewind({ kafka, query: postgres.query }, consumer, from);
  const worker = await startService(context, 'cognition');
  await untilDrained({ query: postgres.query, consumer, to, withinMs }).finally(worker.stop);
}

/** Every person once to fill the caches, then what is measured. */
async function fill({ outside }: BenchContext, load: PersonLoad): Promise<Filled> {
  const { kafka, publisher } = outside;
  const from = await endOfTopic(kafka);
  await publishLoad(publisher, onePulseEach(load, outside));
  const more = { ...load, events: Math.max(leastWarmUp - load.persons, 0) };
  await publishLoad(publisher, randomEvents(more, 0, outside));
  const warm = await endOfTopic(kafka);
  await publishLoad(publisher, randomEvents(load, 1, outside));
  return { from, warm, to: await endOfTopic(kafka) };
}

async function writePlan({ outside, stack }: BenchContext, { persons, prefix }: PersonLoad): Promise<string> {
  const userIds = Array.from({ length: persons }, (_, nr) => `${prefix}-${nr}`);
  const subjects = await outside.vault.find(userIds);
  const { events, transitions, ticks, ...sizes } = await measureWritten(outside.postgres.query);
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
