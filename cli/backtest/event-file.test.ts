import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openEventFile } from './event-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'events-'));
afterAll(() => rmSync(directory, { recursive: true }));

const dayMs = 86_400_000;
const start = Date.UTC(2023, 2, 1);
const at = (day: number) => new Date(start + day * dayMs).toISOString();

/** A partner's message about a night that ended on a day. */
const night = (day: number, value: number, change: object = {}) => ({
  user_id: 'ada',
  received_at: at(day),
  event_type: 'sleep',
  timestamp: at(day),
  event_id: `night-${day}`,
  metrics: { hrv_rmssd: value },
  ...change,
});

function open(...lines: unknown[]) {
  const path = join(directory, 'events.ndjson');
  writeFileSync(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return openEventFile(path);
}

function outcomesOf(...lines: unknown[]) {
  const input = open(...lines);
  try {
    return Array.from(input.outcomes(), ({ outcome }) => outcome);
  } finally {
    input.close();
  }
}

describe('a line', () => {
  it("is a partner's message with the time of its arrival, however old it is", () => {
    const [outcome] = outcomesOf(night(0, 50, { timestamp: '2003-01-01T06:00:00+02:00', source: 'my-ring' }));
    expect(outcome).toMatchObject({
      kind: 'events',
      events: [{ source: 'my-ring', received_at: at(0), timestamp: '2003-01-01T06:00:00+02:00' }],
    });
  });

  it('is an event as ingest writes it', () => {
    const [first] = outcomesOf(night(0, 50));
    const [ours] = first?.kind === 'events' ? first.events : [];
    const event = { ...ours, source: 'oura', received_at: at(3) };
    expect(outcomesOf(event)).toEqual([{ kind: 'events', events: [event] }]);
    const readings = [{ metric: 'hrv_rmssd', value: 9_000, unit: 'ms' }];
    expect(outcomesOf({ ...event, readings })).toEqual([
      { kind: 'refused', fault: { field: 'readings.0.value', message: 'must lie between 1 and 300 ms' } },
    ]);
  });

  it.each([
    ['{"user_id":', '', 'must be JSON'],
    ['[]', '', 'must be an object'],
    [night(0, 50, { received_at: 'today' }), 'received_at', 'must be an RFC 3339 date and time'],
    [night(0, 50, { timestamp: 'today' }), 'timestamp', 'must be an RFC 3339 date and time or an epoch'],
    [night(0, 50, { timestamp: at(1) }), 'timestamp', 'must not lie in the future'],
    [night(0, 5_000), 'metrics.hrv_rmssd', 'must lie between 1 and 300 ms'],
    [night(0, 50, { source: 'oura' }), 'source', 'is reserved'],
  ])('%j is refused with its field', (line, field, message) => {
    expect(outcomesOf(line)).toEqual([{ kind: 'refused', fault: { field, message } }]);
  });

  it('may not arrive long before the line before it, and counts once', () => {
    expect(outcomesOf(night(1, 50), night(1, 50), night(0, 50)).slice(1)).toEqual([
      { kind: 'drop', reason: 'duplicate' },
      {
        kind: 'refused',
        fault: {
          field: 'received_at',
          message: "must not lie an hour before that of the person's line before",
        },
      },
    ]);
  });
});

describe('earlier events', () => {
  const both = 0xffff;

  it('are read again: versions of an object, and of a time the highest of each', () => {
    const input = open(
      night(0, 50),
      night(1, 51),
      night(1, 44, { version: 1, received_at: at(2) }),
      night(2, 52),
    );
    const events = Array.from(input.outcomes()).flatMap(({ outcome }) =>
      outcome.kind === 'events' ? outcome.events : [],
    );
    const { versionsOf, between } = input.knownOf('ada');
    const values = (found: readonly { readonly readings: readonly { readonly value: number }[] }[]) =>
      found.map(({ readings }) => readings[0]?.value);
    expect(events.map((event) => values(versionsOf(event)))).toEqual([[], [44], [51], []]);
    expect(values(between({ from: start, to: start + dayMs, metrics: both }))).toEqual([50, 44]);
    expect(between({ from: start, to: start + dayMs, metrics: 0 })).toEqual([]);
    input.close();
  });

  it('leave out what was deleted, and what is older than a state remembers', () => {
    const erased = { ...night(70, 0), operation: 'delete', version: 3, metrics: {} };
    const input = open(night(0, 50), night(70, 51), night(71, 52), { ...erased, received_at: at(71) });
    expect(Array.from(input.outcomes(), ({ outcome }) => outcome.kind)).toEqual(Array(4).fill('events'));
    const { between } = input.knownOf('ada');
    const found = between({ from: start, to: start + 80 * dayMs, metrics: both });
    expect(found.map(({ timestamp }) => timestamp)).toEqual([at(71).replace('.000', '')]);
    input.close();
  });
});
