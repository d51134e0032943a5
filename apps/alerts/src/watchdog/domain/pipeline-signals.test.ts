import { alertStateSignalSchema, utc } from '@bridge/contracts';
import { testMorning } from '@bridge/testing';
import { expect, test } from 'vitest';
import type { Mark } from './judge-producers.ts';
import { pipelineSignal } from './pipeline-signals.ts';

const since = testMorning;
const marks: readonly Mark[] = [
  { kind: 'pipeline.cognition_silent', source: 'cognition', since },
  { kind: 'pipeline.ingest_silent', source: 'webhook-ingest', since },
  { kind: 'pipeline.stalled', source: 'webhook-ingest', since },
];

test.each(marks)('$kind tells operators what is wrong, since when and what to do', (mark) => {
  const signal = pipelineSignal(mark, 'firing', since + 60_000);
  expect(alertStateSignalSchema.parse({ ...signal, at: utc(signal.at) })).toMatchObject({
    user_id: 'bridge:operators',
    source: 'alerts',
    severity: 'critical',
    status: 'firing',
  });
  expect(signal.summary).toContain(utc(since));
  expect(signal.advice).toBeDefined();
});

test.each(marks)('$kind ends under the id of its begin, whenever that is said', (mark) => {
  const firing = pipelineSignal(mark, 'firing', since + 60_000);
  const ended = pipelineSignal(mark, 'resolved', since + 90_000);
  expect(ended).toMatchObject({ alert_id: firing.alert_id, reason: 'recovered' });
  expect(ended.signal_id).not.toBe(firing.signal_id);
  expect(pipelineSignal(mark, 'firing', since + 70_000).signal_id).toBe(firing.signal_id);
});

test.each([
  ['forward', since + 90_000, since + 90_000],
  ['that was set back', since - 3_600_000, since + 1],
])('an end comes after its begin by a clock %s', (_clock, now, at) => {
  const [mark] = marks;
  if (mark === undefined) throw new Error('no mark');
  expect(pipelineSignal(mark, 'firing', now + 60_000).at).toBe(since);
  expect(pipelineSignal(mark, 'resolved', now).at).toBe(at);
});

test('each episode of each kind is an alert of its own', () => {
  const later = marks.map((mark) => ({ ...mark, since: since + 1 }));
  const ids = [...marks, ...later].map((mark) => pipelineSignal(mark, 'firing', since).alert_id);
  expect(new Set(ids).size).toBe(6);
});
