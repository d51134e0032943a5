import type { Bench } from '../bench.ts';
import { addCrowd, removeCrowd, restoreAmongCrowd, type Crowd } from './crowd.ts';
import { prepareScenario, type Run } from './scenario.ts';

/** Measures the rate for 1,000 persons when the tables hold a million others, beside the rate in empty tables. */
export const measureAmongMany: Bench = async (context) => {
  const { quick, clients, print } = context;
  const { query } = clients.postgres;
  const crowd: Crowd = quick
    ? { persons: 20_000, eventKeys: 400_000 }
    : { persons: 1_000_000, eventKeys: 20_000_000 };
  const name = `cognition: decisions, 1,000 of ${crowd.persons.toLocaleString('en')} persons`;
  const load = { persons: 1_000, events: quick ? 15_000 : 80_000, nights: 28, prefix: 'hot' };
  const scenario = await prepareScenario(context, load);
  const runs = async (what: string, run: () => Promise<Run>) => {
    const rates: number[] = [];
    while (rates.length < (quick ? 1 : 3)) rates.push((await run()).perSecond);
    print(`${name}: ${what} ${rates.map(Math.round).join(', ')} events/s`);
    return rates;
  };
  const alone = await runs('alone', () => scenario.runWorker());
  await addCrowd(query, crowd, print);
  const among = await runs('among the others', () => scenario.runWorker(restoreAmongCrowd));
  await removeCrowd(query);
  return [{ name, unit: 'events/s', runs: among, floorRuns: alone, target: { ratio: 0.75 } }];
};
