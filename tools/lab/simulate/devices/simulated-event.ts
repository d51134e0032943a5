import type { Context, MetricName, Statistic } from '@bridge/contracts';
import type { Chance } from '../life/chance.ts';
import type { Condition, Day } from '../life/lived-day.ts';
import { dateOf } from '../life/day-number.ts';
import type { EpisodeKind } from '../episodes/episode-kinds.ts';
import type { Person } from '../life/person.ts';
import type { SimulatedSource } from '../life/profile.ts';

/** In the unit of the metric dictionary. Times are milliseconds since 1970. */
export type SimulatedReading = {
  readonly metric: MetricName;
  readonly value: number;
  readonly start?: number;
  readonly end?: number;
  readonly context?: Context;
  readonly statistic?: Statistic;
};

export type SimulatedEvent = {
  readonly userId: string;
  readonly source: SimulatedSource;
  readonly deviceId: string;
  readonly eventType: string;
  /** The same for all versions of one object. */
  readonly objectId: string;
  readonly version: number;
  readonly measuredAt: number;
  /** The person's time zone, in minutes east of UTC. */
  readonly offsetMinutes: number;
  /** Time of arrival at the bridge, never before `measuredAt`. */
  readonly receivedAt: number;
  readonly readings: readonly SimulatedReading[];
  /** It is the first event past the threshold of an injected episode. */
  readonly crosses?: EpisodeKind;
  /** It is the first event back beyond the episode's leave threshold. */
  readonly ends?: EpisodeKind;
};

/** The events of one device on one day of one person. */
export type DeviceDay = {
  readonly person: Person;
  readonly day: Day;
  readonly condition: Condition;
  /** The device's own draws of the day: its noise, its delays. */
  readonly chance: Chance;
};

type Measurement = Pick<SimulatedEvent, 'eventType' | 'measuredAt' | 'receivedAt' | 'readings'> & {
  /** Tells the object from others of the device on this day. */
  readonly name: string;
  readonly version?: number;
};

/** Whose event it is, and of which day. */
export type EventSubject = {
  readonly person: Pick<Person, 'userId'>;
  readonly day: Pick<Day, 'number' | 'offsetMinutes'>;
};

export function eventOf(
  { person: { userId }, day }: EventSubject,
  source: SimulatedSource,
  { name, version = 0, ...measured }: Measurement,
): SimulatedEvent {
  return {
    userId,
    source,
    deviceId: `${source}-${userId}`,
    objectId: `${source}-${dateOf(day.number)}-${name}`,
    version,
    offsetMinutes: day.offsetMinutes,
    ...measured,
  };
}

export function rounded(value: number, decimals = 0): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}
