import type { DeviceClass } from '../population/device-classes.ts';
import { createPerson, type PersonOptions } from '../population/person.ts';
import { dayMs } from '../population/clock.ts';
import { planDay } from '../population/day-plan.ts';
import { mixSeed } from '../population/random.ts';
import type { CountedAlert } from '@bridge/cli/alert-tally';
import type { CreateEngine } from './engine.ts';
import {
  deviceSwap,
  episodeCatalog,
  slowWarmUpDays,
  type EpisodeName,
  type Window,
} from './episode-catalog.ts';
import type { Job } from './plan.ts';
import { runLife } from './run-life.ts';

/** What one person gives to one measure, under one thresholds file. */
export type Outcome = {
  /** `healthy`, `runner`, an episode's name, `device_swap`. */
  readonly measure: string;
  readonly deviceClass: DeviceClass;
  /** Place of the thresholds file among those that are compared. */
  readonly config: number;
  readonly personDays: number;
  readonly values: Readonly<Record<string, number>>;
};

export type JobResult = {
  readonly outcomes: readonly Outcome[];
  readonly deviceClass: DeviceClass;
  readonly personDays: number;
  readonly events: number;
  /** Of this thread's processor: the machine may be shared. */
  readonly seconds: number;
};

type Life = {
  readonly days: number;
  readonly options: PersonOptions;
};

/** Lives one person's lives and says what came of them. */
export function runJob(job: Job, baseSeed: number, engines: readonly CreateEngine[]): JobResult {
  const before = process.threadCpuUsage();
  const seed = mixSeed(baseSeed, `${job.measure} ${job.deviceClass}`, job.personNr);
  let personDays = 0;
  let events = 0;
  const live = ({ days, options }: Life): (readonly CountedAlert[])[] => {
    const life = runLife(createPerson(seed, job.deviceClass, options), days, engines);
    personDays += days;
    events += life.events;
    return life.results.map(({ alerts }) => alerts);
  };
  const outcomes = outcomesOf(job, seed, live);
  const { user, system } = process.threadCpuUsage(before);
  return {
    outcomes,
    deviceClass: job.deviceClass,
    personDays,
    events,
    seconds: (user + system) / 1e6,
  };
}

type LiveLife = (life: Life) => (readonly CountedAlert[])[];

function outcomesOf(job: Job, seed: number, live: LiveLife): Outcome[] {
  switch (job.measure) {
    case 'healthy':
    case 'runner':
      return live({ days: job.days, options: { isRunner: job.measure === 'runner' } }).map(
        (alerts, config) => ({
          measure: job.measure,
          deviceClass: job.deviceClass,
          config,
          personDays: job.days,
          values: countsOf(alerts),
        }),
      );
    case 'found': {
      const well = live({ days: job.wellDays, options: { wearsAlways: true } });
      return job.episodes.flatMap((name) => foundOf(job, { seed, name, well }, live));
    }
    case 'not_more':
      return swapOutcomes(job, seed, live);
  }
}

/** How many alerts, by severity and by severity and rule. */
function countsOf(alerts: readonly CountedAlert[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { severity, kind } of alerts) {
    for (const key of [severity, `${severity} ${kind}`]) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function foundOf(
  { deviceClass, wellDays }: Extract<Job, { measure: 'found' }>,
  given: {
    readonly seed: number;
    readonly name: EpisodeName;
    readonly well: readonly (readonly CountedAlert[])[];
  },
  live: LiveLife,
): Outcome[] {
  const { seed, name, well } = given;
  const wellPerson = createPerson(seed, deviceClass, { wearsAlways: true });
  const { episode, days, window } = episodeCatalog[name](wellPerson);
  if (days > wellDays) throw new Error(`${name} lasts longer than the life without it`);
  return live({ days, options: { wearsAlways: true, episode } }).map((alerts, config) => ({
    measure: name,
    deviceClass,
    config,
    personDays: days,
    values: {
      found: isRaisedIn(window, alerts),
      well: isRaisedIn(window, well[config] ?? []),
      warned: isRaisedIn(window, alerts, 'info'),
    },
  }));
}

/** 1 or 0. `but`: raises of this severity do not count. */
function isRaisedIn({ from, until }: Window, alerts: readonly CountedAlert[], but?: 'info'): number {
  const isInside = alerts.some(({ raised }) =>
    raised.some(({ at, severity }) => at >= from && at <= until && severity !== but),
  );
  return isInside ? 1 : 0;
}

function swapOutcomes(job: Extract<Job, { measure: 'not_more' }>, seed: number, live: LiveLife): Outcome[] {
  const { deviceClass } = job;
  const days = slowWarmUpDays + job.days;
  const { night } = planDay(createPerson(seed, deviceClass, { wearsAlways: true }), slowWarmUpDays);
  const since: Window = { from: night.from, until: night.from + job.days * dayMs };
  const begunSince = (alerts: readonly CountedAlert[]) =>
    alerts.filter(({ raised: [first] }) => first && first.at >= since.from && first.at <= since.until).length;
  const same = live({ days, options: { wearsAlways: true } });
  const changed = live({ days, options: { wearsAlways: true, episode: deviceSwap(seed) } });
  return changed.map((alerts, config) => ({
    measure: 'device_swap',
    deviceClass,
    config,
    personDays: days,
    values: { changed: begunSince(alerts), same: begunSince(same[config] ?? []) },
  }));
}
