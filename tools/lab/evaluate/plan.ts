import { deviceClasses, type DeviceClass } from '../population/device-classes.ts';
import type { EpisodeName } from './episode-catalog.ts';
import { acuteWarmUpDays, slowWarmUpDays } from './episode-catalog.ts';
import type { Size, Targets } from './targets.ts';

/** What is done with one person; a person is drawn anew for each measure and class. */
export type Job = { readonly deviceClass: DeviceClass; readonly personNr: number } & (
  | { readonly measure: 'healthy' | 'runner'; readonly days: number }
  | {
      readonly measure: 'found';
      /** They share their life before, and the same life without any of them. */
      readonly episodes: readonly EpisodeName[];
      readonly wellDays: number;
    }
  | { readonly measure: 'not_more'; readonly days: number }
);

export type RunSize = {
  readonly seed: number;
  readonly isFull: boolean;
  readonly isShort: boolean;
  /** Instead of the targets' own. */
  readonly persons?: number | undefined;
  readonly days?: number | undefined;
  readonly onlyClass?: DeviceClass | undefined;
};

/** So few that all of it takes less than a minute. */
const shortSize = {
  night: { persons: 24, days: 60 },
  watch: { persons: 4, days: 21 },
  episodes: 8,
  acute: 2,
} as const;

/** Slow episodes need a longer life before them than acute ones, so they are run apart. */
const slowEpisodes: ReadonlySet<EpisodeName> = new Set([
  'illness_of_5_days',
  'illness_of_2_days',
  'irregular_nights',
  'overreaching',
] as const);
const wellDaysOf = { slow: slowWarmUpDays + 23, acute: acuteWarmUpDays + 1 };

/** Long jobs first, so that no worker is left alone with one at the end. */
export function planJobs(targets: Targets, run: RunSize): Job[] {
  const classes = run.onlyClass === undefined ? deviceClasses : [run.onlyClass];
  const jobs = classes.flatMap((deviceClass) => [
    ...healthyJobs(targets, deviceClass, run),
    ...foundJobs(targets, deviceClass, run),
    ...swapJobs(targets, deviceClass, run),
  ]);
  return jobs.sort((one, other) => costOf(other) - costOf(one));
}

function healthyJobs({ healthy, runner }: Targets, deviceClass: DeviceClass, run: RunSize): Job[] {
  const of = (measure: 'healthy' | 'runner', size: Size | undefined) => {
    if (size === undefined) return [];
    const { persons, days } = sizeOf(size, deviceClass, run);
    return people(persons).map((personNr): Job => ({ measure, deviceClass, personNr, days }));
  };
  return [
    ...of('healthy', run.isFull ? healthy.full : healthy.sizes[deviceClass]),
    ...of('runner', runner.sizes[deviceClass]),
  ];
}

function sizeOf(size: Size, deviceClass: DeviceClass, { isShort, persons, days }: RunSize): Size {
  const own = isShort ? (isWatch(deviceClass) ? shortSize.watch : shortSize.night) : size;
  return { persons: persons ?? own.persons, days: days ?? own.days };
}

function foundJobs({ found }: Targets, deviceClass: DeviceClass, run: RunSize): Job[] {
  const names = (Object.keys(found) as EpisodeName[]).filter((name) =>
    found[name].classes.includes(deviceClass),
  );
  return (['slow', 'acute'] as const).flatMap((pace) => {
    const episodes = names.filter((name) => slowEpisodes.has(name) === (pace === 'slow'));
    if (episodes.length === 0) return [];
    const short = pace === 'slow' && !isWatch(deviceClass) ? shortSize.episodes : shortSize.acute;
    const needed = Math.max(...episodes.map((name) => found[name].persons));
    const persons = run.persons ?? (run.isShort ? short : needed);
    return people(persons).map((personNr): Job => ({
      measure: 'found',
      deviceClass,
      personNr,
      episodes,
      wellDays: wellDaysOf[pace],
    }));
  });
}

function swapJobs(
  { not_more: { device_swap: swap } }: Targets,
  deviceClass: DeviceClass,
  run: RunSize,
): Job[] {
  if (!swap.classes.includes(deviceClass)) return [];
  const persons = run.persons ?? (run.isShort ? shortSize.episodes : swap.persons);
  return people(persons).map((personNr): Job => ({
    measure: 'not_more',
    deviceClass,
    personNr,
    days: swap.days,
  }));
}

/** In person-days, those of a watch counting for more. */
function costOf(job: Job): number {
  const days = job.measure === 'found' ? job.wellDays * (job.episodes.length + 1) : job.days;
  return days * (isWatch(job.deviceClass) ? 40 : 1);
}

const isWatch = (deviceClass: DeviceClass) => deviceClass.startsWith('watch');
const people = (count: number) => Array.from({ length: count }, (_, nr) => nr);
