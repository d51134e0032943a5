import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Job } from './plan.ts';
import { runJobs } from './run-jobs.ts';

const config = fileURLToPath(new URL('../../../config/neuros.yaml', import.meta.url));
const setup = {
  engine: new URL('engines/mode-policy.ts', import.meta.url).href,
  configs: [config, config],
  seed: 1,
};
const jobs = [0, 1, 2].map((personNr): Job => ({
  measure: 'healthy',
  deviceClass: 'ring_and_strap',
  personNr,
  days: 20,
}));

it(
  'gives the same results in one thread and in two, for each thresholds file',
  { timeout: 60_000 },
  async () => {
    const outcomes = async (threads: number) =>
      (await runJobs(jobs, setup, threads, () => undefined)).map((result) => result.outcomes);
    const [one, two] = await Promise.all([outcomes(1), outcomes(2)]);
    expect(two).toEqual(one);
    expect(one.flat()).toHaveLength(jobs.length * 2);
    for (const [first, second] of one) expect(second?.values).toEqual(first?.values);
  },
);
