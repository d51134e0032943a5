import type { Reading } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import { createPerson, minute, second, type EventOptions } from '../test/policy-story.ts';

// Watches sync in batches: what one event brings counts like the same readings one by one.

const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };

type Pulse = readonly [value: number, ago: number, context?: 'rest' | 'unknown' | 'active', over?: number];

function synced(pulses: readonly Pulse[], metric: 'heart_rate' | 'spo2' = 'heart_rate') {
  const anna = createPerson();
  const readings = pulses.map(([value, ago, context = 'rest', over]): Reading => {
    const at = (before: number) => new Date(anna.now - before).toISOString();
    const interval = over === undefined ? {} : { start: at(ago + over), statistic: 'average' as const };
    return { metric, value, unit: metric === 'spo2' ? '%' : '/min', context, ...interval, end: at(ago) };
  });
  return anna.reports({}, { ...rest, type: metric, readings });
}

describe('readings of one event', () => {
  it.each<[string, readonly Pulse[], string[]]>([
    [
      'the newest is of unknown context',
      [
        [150, 3 * minute],
        [150, 2 * minute],
        [120, 0, 'unknown'],
      ],
      ['pulse_high critical'],
    ],
    [
      'one reading after them is low: one ends nothing',
      [
        [150, 3 * minute],
        [150, 2 * minute],
        [80, 0],
      ],
      ['pulse_high critical'],
    ],
    [
      'two after them are low: it is over before anybody could be told',
      [
        [150, 6 * minute],
        [150, 5 * minute],
        [80, 3 * minute],
        [80, 0],
      ],
      [],
    ],
    [
      'a reading between the low ones is high again',
      [
        [150, 6 * minute],
        [150, 5 * minute],
        [80, 4 * minute],
        [112, 2 * minute],
        [80, 0],
      ],
      ['pulse_high critical'],
    ],
    [
      'of unknown context between the low ones it says nothing',
      [
        [150, 6 * minute],
        [150, 5 * minute],
        [80, 4 * minute],
        [112, 3 * minute, 'unknown'],
        [90, 2 * minute, 'active'],
        [80, 0],
      ],
      [],
    ],
    [
      'the low ones are too close',
      [
        [150, 6 * minute],
        [150, 5 * minute],
        [80, 4 * minute],
        [80, 3 * minute],
      ],
      ['pulse_high critical'],
    ],
    [
      'a low one that spans a minute is enough',
      [
        [150, 6 * minute],
        [150, 5 * minute],
        [80, 0, 'rest', minute],
      ],
      [],
    ],
    [
      'only one is high',
      [
        [150, 3 * minute],
        [80, minute],
      ],
      [],
    ],
  ])('%s', (_, pulses, open) => {
    expect(synced(pulses).open).toEqual(open);
  });

  it('a night of SpO2 readings that recovers within the same sync', () => {
    const low = synced(
      [
        [85, 40 * minute],
        [85, 20 * minute],
        [97, 30 * second],
      ],
      'spo2',
    );
    expect(low.open).toEqual(['spo2_low critical']);
  });
});
