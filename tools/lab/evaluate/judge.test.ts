import { describe, expect, it } from 'vitest';
import type { CountableAlert } from '@bridge/cli/alert-tally';
import type { CreateEngine } from './engine.ts';
import { failuresOf, judge, type Judging } from './judge.ts';
import { planJobs } from './plan.ts';
import { runJob, type Outcome } from './run-job.ts';
import { loadTargets } from './targets.ts';

const targets = loadTargets();
const judging: Judging = { targets, isFull: false, isShort: false };

const silent: CreateEngine = () => {
  const nothing = { alerts: [], transitions: 0 };
  return { decide: () => nothing, tick: () => nothing };
};
/** A new critical alert at every event. */
const shrill: CreateEngine = () => {
  let count = 0;
  return {
    decide: ({ received_at: at }) => {
      const alert: CountableAlert = {
        alert_id: String(count++),
        kind: 'rule.x',
        severity: 'critical',
        status: 'firing',
        at,
      };
      return { alerts: [alert], transitions: 0 };
    },
    tick: () => ({ alerts: [], transitions: 0 }),
  };
};

function rowsOf(engine: CreateEngine) {
  const run = { seed: 1, isFull: false, isShort: false, persons: 2, days: 20 };
  const jobs = ['ring', 'strap', 'watch'].flatMap((name) =>
    planJobs(targets, { ...run, onlyClass: name as 'ring' }).filter(
      ({ measure, deviceClass }) => deviceClass !== 'watch' || measure !== 'found',
    ),
  );
  return judge(
    jobs.flatMap((job) => runJob(job, 1, [engine]).outcomes),
    judging,
  );
}

describe('an engine that never alerts', () => {
  const rows = rowsOf(silent);

  it('misses everything that must be found', () => {
    const found = rows.filter(({ figure }) => figure === 'found');
    expect(found.length).toBeGreaterThan(10);
    expect(new Set(found.map(({ verdict }) => verdict))).toEqual(new Set(['missed']));
  });

  it('does no harm, but two persons do not prove it', () => {
    const healthy = rows.filter(({ measure, figure }) => measure === 'healthy' && !figure.includes(' '));
    expect(healthy.map(({ estimate }) => estimate.value)).toEqual(healthy.map(() => 0));
    expect(new Set(healthy.map(({ verdict }) => verdict))).toEqual(new Set(['too small']));
    expect(failuresOf(healthy)).toHaveLength(healthy.length);
  });
});

describe('an engine that always alerts', () => {
  const rows = rowsOf(shrill);

  it('misses the targets of healthy people and of runners', () => {
    const critical = rows.filter(
      ({ measure, figure }) => (measure === 'healthy' || measure === 'runner') && figure === 'critical',
    );
    expect(critical.length).toBeGreaterThan(3);
    expect(new Set(critical.map(({ verdict }) => verdict))).toEqual(new Set(['missed']));
  });

  it('finds everything, in the well as in the ill', () => {
    const found = rows.filter(
      ({ measure, figure }) => measure === 'illness_of_5_days' && figure !== 'warned',
    );
    expect(found.map(({ estimate }) => estimate.value)).toEqual(found.map(() => 1));
  });
});

function outcomes(
  measure: string,
  persons: number,
  values: (nr: number) => Outcome['values'],
  personDays = 365,
): Outcome[] {
  return Array.from({ length: persons }, (_, nr) => ({
    measure,
    deviceClass: 'ring',
    config: 0,
    personDays,
    values: values(nr),
  }));
}
const verdictOf = (given: readonly Outcome[], figure: string, how: Judging = judging) =>
  judge(given, how).find((row) => row.figure === figure)?.verdict;

describe('a target', () => {
  it('is met on its own number and missed beyond it', () => {
    const found = (share: number) =>
      outcomes('illness_of_5_days', 100, (nr) => ({ found: nr < share ? 1 : 0 }));
    expect(verdictOf(found(75), 'found')).toBe('met');
    expect(verdictOf(found(74), 'found')).toBe('missed');
  });

  it('is not met by fewer persons or days than it names', () => {
    const healthy = (persons: number, days: number) => outcomes('healthy', persons, () => ({}), days);
    expect(verdictOf(healthy(200, 365), 'critical')).toBe('met');
    expect(verdictOf(healthy(199, 365), 'critical')).toBe('too small');
    expect(verdictOf(healthy(200, 364), 'critical')).toBe('too small');
  });

  it('counts per person and month', () => {
    const year = outcomes('healthy', 200, () => ({ warning: 12, 'warning rule.x': 12 }));
    const [row] = judge(year, judging).filter(({ figure }) => figure === 'warning rule.x');
    expect(row?.estimate.value).toBeCloseTo(1, 2);
    expect(verdictOf(year, 'warning')).toBe('missed');
  });

  it('of a change is the same people without it', () => {
    const swap = (changed: number) => outcomes('device_swap', 100, () => ({ changed, same: 2 }));
    expect(verdictOf(swap(2), 'changed')).toBe('met');
    expect(verdictOf(swap(3), 'changed')).toBe('missed');
  });

  it('is refuted by a short run only when the whole interval is beyond it', () => {
    const short = { ...judging, isShort: true };
    const found = (share: number) =>
      outcomes('illness_of_5_days', 8, (nr) => ({ found: nr < share ? 1 : 0 }));
    expect(verdictOf(found(5), 'found', short)).toBe('not judged');
    expect(verdictOf(found(1), 'found', short)).toBe('missed');
    expect(verdictOf(found(8), 'found', short)).toBe('not judged');
  });
});
