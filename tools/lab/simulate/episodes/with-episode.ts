import type { MetricName } from '@bridge/contracts';
import { chanceOf, type Chance } from '../life/chance.ts';
import { dayMs, minuteMs } from '../life/day-number.ts';
import { episodeKind, type EpisodeKind, type Range } from './episode-kinds.ts';
import type { Person } from '../life/person.ts';
import { eventOf, rounded, type SimulatedEvent } from '../devices/simulated-event.ts';

/** Something acute, put into a life at a known time. */
export type Episode = {
  readonly kind: EpisodeKind;
  /** When the first value past the threshold is measured, in milliseconds since 1970. It arrives within seconds. */
  readonly at: number;
  /** How long until values are calm again; one value every five minutes. */
  readonly minutes?: number;
  /** How much later it arrives: a night comes in after hours of live pulse. */
  readonly lateMinutes?: number;
};

const everyMinutes = 5;

/** Puts an episode in. Nothing else that is measured meanwhile speaks of its metrics. */
export function withEpisode(
  person: Person,
  events: readonly SimulatedEvent[],
  { kind, at, minutes = 20, lateMinutes = 0 }: Episode,
): SimulatedEvent[] {
  const { over, confirmedBy = 1 } = episodeKind(kind);
  const end = at + minutes * minuteMs;
  const others = events.filter(
    ({ measuredAt, readings }) =>
      measuredAt < at || measuredAt > end || !readings.some(({ metric }) => metric in over),
  );
  const chance = chanceOf(person.seed, 'episode', kind, at);
  const times = Array.from(
    { length: Math.ceil(minutes / everyMinutes) },
    (_, nr) => at + nr * everyMinutes * minuteMs,
  );
  const acute = times.map((time, nr) => ({
    ...measured(person, { kind, at: time, calm: false }, chance),
    ...(nr === confirmedBy - 1 && { crosses: kind }),
  }));
  const calm = { ...measured(person, { kind, at: end, calm: true }, chance), ends: kind };
  const own = [...acute, calm].map((event) => ({
    ...event,
    receivedAt: event.receivedAt + lateMinutes * minuteMs,
  }));
  return [...others, ...own];
}

function measured(
  person: Person,
  { kind, at, calm }: { kind: EpisodeKind; at: number; calm: boolean },
  chance: Chance,
): SimulatedEvent {
  const spec = episodeKind(kind);
  const { context, statistic, eventType, shareOf } = spec;
  const { rmssd, homeOffset } = person.body.traits;
  const [source] = person.profile.devices;
  const values = Object.entries(calm ? spec.calm : spec.over) as [MetricName, Range][];
  const number = Math.floor((at + homeOffset * minuteMs) / dayMs);
  return eventOf({ person, day: { number, offsetMinutes: homeOffset } }, source, {
    name: `${kind}-${at}`,
    eventType,
    measuredAt: at,
    receivedAt: at + Math.round(chance.between(1, 5) * 1000),
    readings: values.map(([metric, [low, high]]) => ({
      metric,
      value: rounded(
        (shareOf !== undefined && metric === 'hrv_rmssd' ? rmssd : 1) * chance.between(low, high),
        metric === 'stress_level' ? 2 : 1,
      ),
      context,
      ...(statistic && { statistic }),
    })),
  });
}
