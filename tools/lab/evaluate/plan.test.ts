import { expect, it } from 'vitest';
import { deviceClasses } from '../population/device-classes.ts';
import { planJobs, type Job } from './plan.ts';
import { loadTargets } from './targets.ts';

const targets = loadTargets();
const run = { seed: 1, isFull: false, isShort: false };
const healthy = (jobs: readonly Job[]) => jobs.filter(({ measure }) => measure === 'healthy');
const personsOf = (jobs: readonly Job[], name: string) =>
  healthy(jobs).filter(({ deviceClass }) => deviceClass === name).length;

it('takes as many people as the targets name', () => {
  const jobs = planJobs(targets, run);
  for (const name of deviceClasses) expect(personsOf(jobs, name)).toBe(targets.healthy.sizes[name]?.persons);
  const found = jobs.filter(({ measure, deviceClass }) => measure === 'found' && deviceClass === 'watch');
  expect(found).toHaveLength(100 + 24);
});

it('takes 200 for a year of every class when all is wanted', () => {
  const jobs = healthy(planJobs(targets, { ...run, isFull: true }));
  expect(jobs).toHaveLength(5 * 200);
  expect(jobs.every((job) => job.measure === 'healthy' && job.days === 365)).toBe(true);
});

it('takes few for a short run, and one class when asked', () => {
  const short = planJobs(targets, { ...run, isShort: true });
  expect(short.length).toBeLessThan(planJobs(targets, run).length / 4);
  const one = planJobs(targets, { ...run, onlyClass: 'strap', persons: 3, days: 10 });
  expect(new Set(one.map(({ deviceClass }) => deviceClass))).toEqual(new Set(['strap']));
  expect(personsOf(one, 'strap')).toBe(3);
});
