import { dayMs, hourMs, minuteMs } from '../population/clock.ts';
import { acuteArrival, firstReadingAt } from '../population/devices/acute.ts';
import type { AcuteEpisode, Episode } from '../population/episodes.ts';
import { planDay } from '../population/day-plan.ts';
import type { Person } from '../population/person.ts';
import { randomFor } from '../population/random.ts';

export const episodeNames = [
  'illness_of_5_days',
  'illness_of_2_days',
  'irregular_nights',
  'overreaching',
  'pulse_150',
  'spo2_85_every_5_min',
  'spo2_85_every_30_min',
  'fever_39_5',
  'pulse_150_other_clock_ahead',
] as const;
export type EpisodeName = (typeof episodeNames)[number];

export const changeNames = ['device_swap'] as const;

/** In ms since 1970: an alert that is raised in here found the episode. */
export type Window = { readonly from: number; readonly until: number };

/** One person's episode, and the time by which it must be found. */
export type EpisodeCase = {
  readonly episode: Episode;
  /** How long the life has to be watched. */
  readonly days: number;
  readonly window: Window;
};

/** Enough for the settled usual, which looks back to day −46 and needs 14 days. */
export const slowWarmUpDays = 60;
export const acuteWarmUpDays = 30;

/** @param person The person before the episode. */
export const episodeCatalog: Readonly<Record<EpisodeName, (person: Person) => EpisodeCase>> = {
  illness_of_5_days: untilEndOfDay({ kind: 'illness', day: slowWarmUpDays, days: 5 }, 2),
  illness_of_2_days: untilEndOfDay({ kind: 'illness', day: slowWarmUpDays, days: 2 }, 2),
  irregular_nights: firstMeasuredNight,
  overreaching: untilEndOfDay({ kind: 'overreaching', day: slowWarmUpDays, days: 28 }, 21),
  pulse_150: inReading(2, acute('heart_rate', 150, 5 * minuteMs)),
  spo2_85_every_5_min: inReading(2, acute('spo2', 85, 5 * minuteMs)),
  spo2_85_every_30_min: inReading(2, acute('spo2', 85, 30 * minuteMs)),
  fever_39_5: inReading(1, acute('body_temperature', 39.5, 30 * minuteMs)),
  pulse_150_other_clock_ahead: inReading(2, {
    ...acute('heart_rate', 150, 2.5 * minuteMs),
    otherClockAheadMs: 4 * minuteMs,
  }),
};

function acute(metric: AcuteEpisode['metric'], value: number, everyMs: number): AcuteEpisode {
  return { kind: 'acute', day: acuteWarmUpDays, metric, value, everyMs, readings: 3, otherClockAheadMs: 0 };
}

/** From the first night on until the end of the local day with that night or day of the episode. */
function untilEndOfDay(episode: Episode, nth: number) {
  const last = episode.day + nth - 1;
  return (person: Person): EpisodeCase => ({
    episode,
    days: last + 2,
    window: {
      from: planDay(person, episode.day).night.from,
      until: planDay(person, last).midnightMs + dayMs,
    },
  });
}

/** One night, in which the device is worn; its documents come at most 30 h after it. */
function firstMeasuredNight(person: Person): EpisodeCase {
  let day = slowWarmUpDays;
  while (!planDay(person, day).isNightWorn) day += 1;
  const { night } = planDay(person, day);
  return {
    episode: { kind: 'irregular_nights', day, days: 1 },
    days: day + 3,
    window: { from: night.from, until: night.until + latestArrivalMs },
  };
}

const latestArrivalMs = 30 * hourMs;

function inReading(nth: number, episode: AcuteEpisode) {
  return (person: Person): EpisodeCase => {
    const plan = planDay(person, episode.day);
    const window = { from: firstReadingAt(plan), until: acuteArrival(plan, episode, nth) };
    return { episode, days: episode.day + 1, window };
  };
}

/** A change of devices: the step in RMSSD is drawn evenly in its logarithm. */
export function deviceSwap(seed: number): Episode {
  const factor = Math.exp(randomFor(seed, 'swap').between(Math.log(0.65), Math.log(1.5)));
  return { kind: 'device_swap', day: slowWarmUpDays, factor };
}
