import { topics } from '@bridge/contracts';
import type { OutgoingMessage } from '@bridge/kafka';
import type { Random } from './random.ts';

/** Creates a message that no retry can handle: garbage, cut JSON, an unknown schema, a reserved source or a wrong type. */
export function poison(nr: number, random: Random): OutgoingMessage {
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => 1 + random.below(255)));
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const hrv = { event_type: 'hrv', timestamp: '2026-01-01T00:00:00Z', metrics: { hrv: 40 } };
  const kinds: (() => Buffer)[] = [
    () => Buffer.concat([Buffer.from([0xff]), bytes(40)]),
    () => Buffer.from(`{"user_id":"person-1","nr":${nr}`),
    () => Buffer.concat([Buffer.from([0, 0, 0x7f, 0xff, nr & 0xff]), bytes(20)]),
    () => json({ user_id: 'person-1', source: 'oura', nr, ...hrv }),
    () => json({ user_id: nr, ...hrv }),
    () => json({ user_id: 'person-1', event_type: 'hrv', nr }),
  ];
  return {
    topic: topics.events.name,
    key: random.next() < 0.5 ? null : `person-${nr}`,
    value: random.pick(kinds)(),
    headers: { nr: String(nr) },
  };
}
