import type { OutgoingMessage } from '@bridge/kafka';
import { createRandom, type Random } from '../../proof/random.ts';
import type { Outside } from '../outside.ts';
import { eventMessage, recoveryReadings, type Measured } from './event-load.ts';

/**
 * Of the nights' readings so many show acute strain, and the person's next night ends it: about 1.6 % of all events
 * switch the mode. Design: healthy persons stay below 2 %.
 */
const strainedShare = 0.02;
const nightShare = 0.4;

export type PersonLoad = {
  readonly persons: number;
  /** After each person came once. */
  readonly events: number;
  /** Names of the persons; loads of another prefix are about others. */
  readonly prefix: string;
};

/** Each person once, calm: in round 0 a person's first decision, later an update that changes no mode. */
export function* onePerPerson(
  { persons, prefix }: PersonLoad,
  round: number,
  parts: Outside,
): Generator<OutgoingMessage> {
  const at = Date.now();
  for (let nr = 0; nr < persons; nr += 1) {
    const userId = `${prefix}-${nr}`;
    yield eventMessage({ nr: eventNr(round, nr), userId, at, ...night(false) }, parts);
  }
}

/** Persons drawn uniformly: pulse by day, heart rate variability and readiness by night. Each round differs. */
export function* randomEvents(
  { persons, events, prefix }: PersonLoad,
  round: number,
  parts: Outside,
): Generator<OutgoingMessage> {
  const random = createRandom(round);
  const start = Date.now();
  for (let nr = 0; nr < events; nr += 1) {
    const userId = `${prefix}-${random.below(persons)}`;
    const drawn = random.next() < nightShare ? night(random.next() < strainedShare) : pulse(random);
    // Never late within one load.
    yield eventMessage({ nr: eventNr(round, nr), userId, at: start + nr / 1_000, ...drawn }, parts);
  }
}

const eventNr = (round: number, nr: number) => round * 10_000_000 + nr;

type Drawn = Pick<Measured, 'source' | 'eventType' | 'readings'>;

function night(strained: boolean): Drawn {
  return { source: 'oura', eventType: 'readiness', readings: recoveryReadings(strained) };
}

function pulse(random: Random): Drawn {
  const value = 50 + random.below(60);
  return {
    source: 'apple',
    eventType: 'heart_rate',
    readings: [{ metric: 'heart_rate', value, unit: '/min' }],
  };
}
