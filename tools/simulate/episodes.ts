import type { MetricName } from '@bridge/contracts';
import { chanceOf, type Chance } from './chance.ts';
import { dayMs, minuteMs } from './day-number.ts';
import { episodeKind, type EpisodeKind } from './episode-kinds.ts';
import type { Person } from './person.ts';
import { planDay } from './plan-day.ts';
import type { Range } from './profile.ts';
import { eventOf, rounded, type SimulatedEvent } from './simulated-event.ts';

/** Something acute, put into a life at a known time. */
export type Episode = {
  readonly kind: EpisodeKind;
  /** When the first value past the threshold is measured, in milliseconds since 1970. It arrives within seconds. */
  readonly at: number;
  /** How long until values are calm again; one value every five minutes. */
  readonly minutes?: number;
};

const everyMinutes = 5;

/** Puts an episode in. Nothing else that is measured meanwhile speaks of its metrics. */
export function withEpisode(
  person: Person,
  events: readonly SimulatedEvent[],
  { kind, at, minutes = 20 }: Episode,
): SimulatedEvent[] {
  const { over } = episodeKind(kind);
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
    ...(nr === 0 && { crosses: kind }),
  }));
  return [...others, ...acute, { ...measured(person, { kind, at: end, calm: true }, chance), ends: kind }];
}

function measured(
  person: Person,
  { kind, at, calm }: { kind: EpisodeKind; at: number; calm: boolean },
  chance: Chance,
): SimulatedEvent {
  const spec = episodeKind(kind);
  const { context, statistic, eventType, shareOf } = spec;
  const [source] = person.profile.devices;
  const scale = shareOf === undefined ? 1 : person.traits[shareOf];
  const values = Object.entries(calm ? spec.calm : spec.over) as [MetricName, Range][];
  const day = planDay(person, Math.floor((at + person.traits.homeOffset * minuteMs) / dayMs));
  return eventOf({ person, day }, source, {
    name: `${kind}-${at}`,
    eventType,
    measuredAt: at,
    receivedAt: at + Math.round(chance.between(1, 5) * 1000),
    readings: values.map(([metric, [low, high]]) => ({
      metric,
      value: rounded(scale * chance.between(low, high), metric === 'stress_level' ? 2 : 1),
      context,
      ...(statistic && { statistic }),
    })),
  });
}
