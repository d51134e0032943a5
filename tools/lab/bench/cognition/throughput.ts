import type { Bench, BenchContext, Figure, Target } from '../bench.ts';
import type { PersonLoad } from './person-load.ts';
import { prepareScenario, type Run } from './scenario.ts';

/** Durable decisions of one worker, and of the floor that writes as much; they take turns on the same events. */
export const measureThroughput: Bench = async (context) => {
  const { quick } = context;
  const events = quick ? 30_000 : 80_000;
  return [
    ...(await measure(context, 'decisions, 1,000 persons', {
      load: { persons: 1_000, events, nights: 28, prefix: 'few' },
      target: { atLeast: 16_000, ratio: 0.5 },
    })),
    ...(await measure(context, `decisions, ${quick ? '5,000' : '50,000'} persons`, {
      load: { persons: quick ? 5_000 : 50_000, events, nights: 7, prefix: 'many' },
      target: { atLeast: 10_000, ratio: 0.5 },
    })),
  ];
};

async function measure(
  context: BenchContext,
  what: string,
  { load, target }: { readonly load: PersonLoad; readonly target: Target },
): Promise<Figure[]> {
  const name = `cognition: ${what}`;
  context.print(`${name}: filling the topic`);
  const scenario = await prepareScenario(context, load);
  const runs: Run[] = [];
  const floors: Run[] = [];
  for (let nr = 1; nr <= (context.quick ? 1 : 3); nr += 1) {
    const run = await scenario.runWorker();
    const floor = await scenario.runFloor();
    runs.push(run);
    floors.push(floor);
    context.print(`${name}, run ${nr}: ${summary(run)}; floor ${summary(floor)}`);
  }
  return [
    { name, unit: 'events/s', target, ...both(runs, floors, ({ perSecond }) => perSecond) },
    ...['process', 'postgres', 'kafka'].map((part) => ({
      name: `${name}: CPU of ${part}`,
      unit: 'ms/event',
      ...both(runs, floors, ({ cpuPerThousand }) => cpuPerThousand[part] ?? Number.NaN),
    })),
    {
      name: `${name}: memory after load`,
      unit: 'MB',
      target: { below: 400 },
      runs: runs.map(({ residentMb }) => residentMb),
    },
  ];
}

function both(runs: readonly Run[], floors: readonly Run[], value: (run: Run) => number) {
  return { runs: runs.map(value), floorRuns: floors.map(value) };
}

/** Seconds per 1,000 events are milliseconds per event. */
function summary({ perSecond, events, cpuPerThousand }: Run): string {
  const cpu = Object.entries(cpuPerThousand).map(([part, seconds]) => `${part} ${seconds.toFixed(3)}`);
  return `${Math.round(perSecond)} events/s over ${events} (CPU ms/event: ${cpu.join(', ')})`;
}
