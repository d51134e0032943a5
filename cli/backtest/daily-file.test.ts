import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDailyFile } from './daily-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'days-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** What a file means, line by line: an event as its arrival, time and readings. */
function outcomesOf(...rows: string[]) {
  const path = join(directory, 'ada.csv');
  writeFileSync(path, rows.join('\n'));
  const input = openDailyFile(path);
  try {
    return Array.from(input.outcomes(), ({ line, outcome }) => {
      if (outcome.kind !== 'events') return [line, outcome];
      const [event] = outcome.events;
      const readings = event?.readings.map(({ metric, value, context }) =>
        [metric, value, context].join(' '),
      );
      return [line, event?.user_id, event?.received_at, event?.timestamp, ...(readings ?? [])];
    });
  } finally {
    input.close();
  }
}

describe('daily values', () => {
  it('are known at eight: a resting pulse on its own date, steps on the day after', () => {
    expect(
      outcomesOf(
        'date,resting_heart_rate,steps',
        '2023-03-01,55,8000',
        '2023-03-02,56,9000',
        '2023-03-05,57,',
      ),
    ).toEqual([
      [2, 'ada', '2023-03-01T08:00:00.000Z', '2023-03-01T08:00:00Z', 'resting_heart_rate 55 sleep'],
      [2, 'ada', '2023-03-02T08:00:00.000Z', '2023-03-02T00:00:00Z', 'steps 8000 '],
      [3, 'ada', '2023-03-02T08:00:00.000Z', '2023-03-02T08:00:00Z', 'resting_heart_rate 56 sleep'],
      [3, 'ada', '2023-03-03T08:00:00.000Z', '2023-03-03T00:00:00Z', 'steps 9000 '],
      [4, 'ada', '2023-03-05T08:00:00.000Z', '2023-03-05T08:00:00Z', 'resting_heart_rate 57 sleep'],
    ]);
  });

  it('of a new source in each row are refused beyond those that a person has', () => {
    const rows = Array.from({ length: 3_000 }, (_, one) => `ada,2023-03-01,ring${one},${one}`);
    const found = outcomesOf('user_id,date,source,steps', ...rows);
    expect(found.filter((one) => one.length > 2)).toHaveLength(64);
    expect(found[0]?.[1]).toMatchObject({ kind: 'refused', fault: { field: 'source' } });
    const next = outcomesOf('user_id,date,source,steps', ...rows, 'ada,2023-03-02,ring,1');
    expect(next).toHaveLength(rows.length + 1);
  });

  it('may be of several persons and sources, and end with steps', () => {
    const found = outcomesOf(
      'user_id,date,source,steps',
      'ada,2023-03-01,ring,1',
      'ben,2023-03-01,ring,2',
      'ada,2023-03-01,watch,3',
      '"ada","2023-03-02",ring,4',
    );
    expect(found.map((one) => [one[0], one[1], one[4]])).toEqual([
      [2, 'ada', 'steps 1 '],
      [4, 'ada', 'steps 3 '],
      [5, 'ada', 'steps 4 '],
      [3, 'ben', 'steps 2 '],
    ]);
  });

  it.each([
    ['2023-02-30,55,1', 'date', 'must be a date such as 2026-03-01'],
    ['1.3.2023,55,1', 'date', 'must be a date such as 2026-03-01'],
    ['2023-03-02,fast,1', 'resting_heart_rate', 'must be a number'],
    ['2023-03-02,5,1', 'resting_heart_rate', 'must lie between 25 and 120 /min'],
    ['2023-03-02,55,-1', 'steps', 'must lie between 0 and 200000 {steps}'],
    ['2023-03-01,55,1', 'date', 'is there twice'],
    ['2023-02-28,55,1', 'date', "must not be before the person's row before"],
    ['2023-03-02,55', '', 'must have 3 fields, as the header has'],
    ['"2023-03-02,55,1', '', 'has a quote that is not closed'],
  ])('refuse the row %s with its line and field, and nothing of it counts', (row, field, message) => {
    const found = outcomesOf('date,resting_heart_rate,steps', '2023-03-01,55,8000', row, '2023-03-03,56,1');
    expect(found.find(([line]) => line === 3)).toEqual([3, { kind: 'refused', fault: { field, message } }]);
    expect(found.filter(([line]) => line === 3)).toHaveLength(1);
    expect(found.filter(([line]) => line === 4)).toHaveLength(2);
  });

  it.each([
    ['date,pulse_of_the_moon', /^Line 1, pulse_of_the_moon: must be one of user_id, date/],
    ['date,blood_pressure_systolic', /^Line 1, blood_pressure_systolic: must be one of/],
    ['resting_heart_rate', /^Line 1, date: must be a column/],
    ['date,user_id', /^Line 1, date: must have a column with values/],
    ['date,steps,steps', /^Line 1, steps: is there twice/],
  ])('refuse the header %s', (header, message) => {
    expect(() => outcomesOf(header, '2023-03-01,1')).toThrow(message);
  });

  it('take aliases, a byte order mark and empty cells', () => {
    expect(outcomesOf('\uFEFFdate,hrv,steps', '2023-03-01,48,', '2023-03-02,,')).toEqual([
      [2, 'ada', '2023-03-01T08:00:00.000Z', '2023-03-01T08:00:00Z', 'hrv_rmssd 48 sleep'],
    ]);
  });
});
