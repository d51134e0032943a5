import type { Reading } from '@bridge/contracts';
import type { OutgoingMessage } from '@bridge/kafka';
import { createRandom, type Random } from '../../proof/random.ts';
import type { ServerClients } from '../server-clients.ts';
import { eventMessage, recoveryReadings, type EventInput } from './event-load.ts';

const dayMs = 86_400_000;

/** The time between two events of a person, long enough that minimum stays end in between. */
const betweenEventsMs = 300_000;
const recoveryShare = 0.4;
/**
 * The share of recovery readings that show acute strain, which the person's next ones end. About 1.6 % of all events
 * switch the mode.
 */
const strainedShare = 0.02;

export type PersonLoad = {
  readonly persons: number;
  readonly events: number;
  /** Nights before the load: what a state remembers of them is written with every decision. */
  readonly nights: number;
  /** Names of the persons; loads of another prefix are about others. */
  readonly prefix: string;
};

/** Each person's nights, oldest first, until this morning. */
export function* pastNights(
  { persons, nights, prefix }: PersonLoad,
  parts: ServerClients,
): Generator<OutgoingMessage> {
  const random = createRandom(1);
  for (let night = 0; night < nights; night += 1) {
    const at = Date.now() - (nights - night) * dayMs;
    for (let nr = 0; nr < persons; nr += 1) {
      const drawn = { source: 'oura', eventType: 'sleep', readings: nightReadings(random) };
      yield eventMessage({ nr: night * persons + nr, userId: `${prefix}-${nr}`, at, ...drawn }, parts);
    }
  }
}

/** Each person once; changes no mode. */
export function* onePulseEach(
  { persons, prefix }: PersonLoad,
  parts: ServerClients,
): Generator<OutgoingMessage> {
  const random = createRandom(2);
  const at = Date.now();
  for (let nr = 0; nr < persons; nr += 1) {
    yield eventMessage({ nr: 1e9 + nr, userId: `${prefix}-${nr}`, at, ...pulse(random) }, parts);
  }
}

/**
 * Persons drawn uniformly: pulse, and heart rate variability with readiness. Time runs ahead of the clock: most of what falls due
 * is decided with the events, and the sweeper finds few persons who are due by the clock.
 */
export function* randomEvents(
  { persons, events, prefix }: PersonLoad,
  round: number,
  parts: ServerClients,
): Generator<OutgoingMessage> {
  const random = createRandom(2 + round);
  const start = Date.now() + round * dayMs;
  for (let nr = 0; nr < events; nr += 1) {
    const userId = `${prefix}-${random.below(persons)}`;
    const at = start + (nr * betweenEventsMs) / persons;
    const drawn = random.next() < recoveryShare ? recovery(random.next() < strainedShare) : pulse(random);
    yield eventMessage({ nr: (1 + round) * 1e9 + nr, userId, at, ...drawn }, parts);
  }
}

type ReadingDraw = Pick<EventInput, 'source' | 'eventType' | 'readings'>;

function recovery(strained: boolean): ReadingDraw {
  return { source: 'oura', eventType: 'readiness', readings: recoveryReadings(strained) };
}

function pulse(random: Random): ReadingDraw {
  const value = 52 + random.below(26);
  const readings: Reading[] = [{ metric: 'heart_rate', value, unit: '/min', context: 'rest' }];
  return { source: 'apple', eventType: 'heart_rate', readings };
}

function nightReadings(random: Random): Reading[] {
  const context = 'sleep';
  return [
    { metric: 'hrv_rmssd', value: 45 + random.below(20), unit: 'ms', context, statistic: 'average' },
    { metric: 'heart_rate', value: 50 + random.below(8), unit: '/min', context, statistic: 'average' },
    { metric: 'resting_heart_rate', value: 50 + random.below(6), unit: '/min' },
    { metric: 'readiness_score', value: 76 + random.below(16), unit: '{score}' },
    { metric: 'sleep_score', value: 72 + random.below(20), unit: '{score}' },
  ];
}
