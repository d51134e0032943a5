import { deadLetterReasons } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import { parseId } from './explain.ts';
import { becauseOf, describeFault, describeRepetition } from './not-decided.ts';
import { parseInstant } from './parse-instant.ts';

describe('why nothing was decided', () => {
  it.each([...deadLetterReasons, 'out_of_range', 'tombstone', 'malformed', 'erased', 'unclassified'])(
    '%s has a sentence of its own',
    (reason) => {
      expect(becauseOf(reason)).not.toContain('of the reason');
      expect(becauseOf(reason, 'metrics.hrv must be a number')).toMatch(
        / \(metrics\.hrv must be a number\)$/,
      );
    },
  );

  it('a reason of a newer version stands for itself', () => {
    expect(becauseOf('too_green')).toBe('of the reason too_green');
  });

  it('names the field at fault and never its value', () => {
    expect(describeFault([{ path: 'metrics.hrv', message: 'must be a number' }])).toBe(
      'metrics.hrv must be a number',
    );
    expect(describeFault([{ path: 'metrics.secret', message: 'is unknown' }])).toBe(
      'metrics.(field) is unknown',
    );
    expect(describeFault([{ path: '', message: 'must hold events' }])).toBe('must hold events');
    expect(describeFault([])).toBeUndefined();
  });

  it('a repetition names the first', () => {
    const first = {
      event_id: 'a'.repeat(32),
      origin: 'biometric.events/1/7',
      received_at: '2024-01-01T07:00:00.000Z',
      seq: 12,
    };
    expect(describeRepetition(first, true)).toBe(
      `it repeats event ${first.event_id}, which was read first at biometric.events/1/7, received at 2024-01-01T07:00:00.000Z and decided as number 12 of its person`,
    );
    expect(describeRepetition({ ...first, origin: null }, false)).toMatch(
      /^it has the id of event a+ with other content; that event was read first, received at .* and a correction needs a version$/,
    );
  });
});

describe('an id to explain', () => {
  it('is hex digits, or a place on the topic of events', () => {
    expect(parseId('0'.repeat(32))).toEqual({ kind: 'id', id: '0'.repeat(32) });
    expect(parseId('biometric.events/2/41')).toEqual({
      kind: 'message',
      place: { partition: 2, offset: 41 },
    });
  });

  it.each([
    [undefined, 'Give an id'],
    ['0'.repeat(31), 'is no id'],
    ['biometric.events/2', 'is no id'],
    ['biometric.alerts/2/41', 'Only messages of biometric.events are decided.'],
  ])('%s is refused', (text, message) => {
    expect(() => parseId(text)).toThrow(message);
  });
});

describe('an instant', () => {
  it.each([
    ['2023-11-01', '2023-11-01T00:00:00Z'],
    ['2023-11-01T06:00:00+01:00', '2023-11-01T05:00:00Z'],
    ['2023-11-01T06:00:00.5Z', '2023-11-01T06:00:00.500Z'],
  ])('%s', (text, same) => {
    expect(parseInstant(text)).toBe(Date.parse(same));
  });

  it.each(['yesterday', '2023-02-30', '2023-11', '2023-11-01T06:00:00', '01.11.2023', ''])(
    '%s is none',
    (text) => {
      expect(parseInstant(text)).toBeUndefined();
    },
  );
});
