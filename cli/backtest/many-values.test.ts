import { resolve } from 'node:path';
import { metricNamed, type MetricName, type Reading } from '@bridge/contracts';
import { loadRuleFile } from '@bridge/decision-store';
import { decide, evolve, initialState, signalsOf, storeState } from '@bridge/mode-policy';
import { buildEvent } from '@bridge/testing';
import { expect, it } from 'vitest';
import { backtest } from './backtest.ts';
import { readEvents } from './event-file.ts';
import type { LineFile } from './read-lines.ts';

// One person's NDJSON of a thousand readings a line, made while it is read.

const { rules } = await loadRuleFile(resolve(import.meta.dirname, '../../config/neuros.yaml'));
const dayMs = 86_400_000;
const start = Date.UTC(2021, 0, 1);

const usual: Partial<Record<MetricName, number>> = {
  heart_rate: 60,
  hrv_rmssd: 50,
  respiratory_rate: 15,
  spo2: 96,
  skin_temp: 35,
  resting_heart_rate: 55,
  readiness_score: 80,
  recovery_score: 70,
};
const metrics = Object.entries(usual) as [MetricName, number][];
const readings = Array.from({ length: 1_000 }, (_, one): Reading => {
  const [metric, value] = metrics[one % metrics.length] ?? ['heart_rate', 60];
  return { metric, value, unit: metricNamed(metric)?.unit ?? '1', context: 'sleep' };
});

type Line = { readonly source: string; readonly day: number; readonly receivedDay: number };

const timeOf = (day: number) => new Date(start + day * dayMs).toISOString();

/** Line `nr` begins at the byte `nr * stride`; `read` counts the lines that are read again. */
const stride = 1 << 20;

function fileOf(count: number, lineOf: (nr: number) => Line) {
  const bytesOf = (nr: number) => {
    const { source, day, receivedDay } = lineOf(nr);
    const event = buildEvent({
      event_id: nr.toString(16).padStart(32, '0'),
      ...{ user_id: 'ada', source, event_type: 'sleep', readings },
      timestamp: timeOf(day),
      provenance: { ...buildEvent().provenance, object_id: `line-${nr}` },
      received_at: timeOf(receivedDay),
    });
    return Buffer.from(JSON.stringify(event));
  };
  const again = { read: 0 };
  const file: LineFile = {
    *lines() {
      for (let nr = 0; nr < count; nr += 1) yield { number: nr + 1, offset: nr * stride, bytes: bytesOf(nr) };
    },
    textAt: (offset) => {
      again.read += 1;
      return bytesOf(offset / stride).toString();
    },
    close: () => undefined,
  };
  return { file, again };
}

it('a million values of a thousand days and sources leave a small state, and sixty days of lines', () => {
  const { file } = fileOf(1_000, (nr) => ({ source: `s${nr}`, day: nr, receivedDay: nr }));
  const input = readEvents(file);
  const known = input.knownOf('ada');
  let [state, values, largest] = [initialState, 0, 0];
  for (const { outcome } of input.outcomes()) {
    if (outcome.kind !== 'events') throw new Error(JSON.stringify(outcome));
    for (const event of outcome.events) {
      values += event.readings.length;
      const signals = signalsOf(event, rules);
      state = evolve(state, decide(state, { kind: 'event', event, signals, known }, rules));
    }
    largest = Math.max(largest, JSON.stringify(storeState(state)).length);
  }
  expect(values).toBe(1_000_000);
  expect(largest).toBeLessThan(6_000);
  const remembered = known.between({ from: start, to: start + 1_000 * dayMs, metrics: ~0 });
  expect(remembered).toHaveLength(61);
}, 300_000);

it('late values of many sources read each line again at most once per decision', () => {
  const days = 8;
  const lineOf = (nr: number): Line => {
    return { source: `s${Math.floor(nr / days)}`, day: days - (nr % days), receivedDay: days + 1 };
  };
  const { file, again } = fileOf(3 * days, lineOf);
  const lived = backtest(readEvents(file), { rules, onFault: (line) => expect(line).toBeUndefined() });
  let next = lived.next();
  while (next.done !== true) next = lived.next();
  expect(next.value).toMatchObject({ persons: 1, events: 3 * days, refused_lines: 0 });
  // Those of three days before and after, of three sources; several times each, there would be 1,200.
  expect(again.read).toBeLessThan(3 * days * 3 * 6);
}, 300_000);
