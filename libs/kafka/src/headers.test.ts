import { expect, test } from 'vitest';
import { cloudEventHeaders } from './headers.ts';

const event = { id: 'e1', source: 'webhook-ingest', type: 'BiometricEvent', time: '2026-11-20T07:00:00Z' };

test('writes CloudEvents 1.0 in binary mode', () => {
  expect(cloudEventHeaders(event)).toEqual({
    ce_specversion: '1.0',
    ce_id: 'e1',
    ce_source: '/biometric-bridge/webhook-ingest',
    ce_type: 'biometric-bridge.BiometricEvent.v1',
    ce_time: '2026-11-20T07:00:00Z',
    'content-type': 'application/json',
  });
});

test('names the person by a digest only and carries the trace on', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const headers = cloudEventHeaders({ ...event, userId: 'jane@example.org', traceparent });
  expect(headers['ce_subject']).toMatch(/^users\/[0-9a-f]{32}$/);
  expect(JSON.stringify(headers)).not.toContain('jane');
  expect(headers['traceparent']).toBe(traceparent);
});
