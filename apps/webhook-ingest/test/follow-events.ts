import { interpretEvent } from '@bridge/contracts';
import { followTopic } from './follow-topic.ts';

/**
 * Reads these persons' events from now on, as cognition does: each id counts once, since the relay may send a row twice.
 */
export function followEvents(signingKey: string, users: readonly string[]) {
  const seen = new Set<string>();
  return followTopic('events', signingKey, ({ message, body }) => {
    const { key, value, brokerTime } = message;
    if (value === null || !users.includes(key?.toString() ?? '')) return undefined;
    const outcome = interpretEvent({ body, raw: value, brokerTime, trusted: true });
    if (outcome.kind !== 'ok') throw new Error(`not an event: ${outcome.reason}`);
    const event = outcome.value;
    if (seen.has(event.event_id)) return undefined;
    seen.add(event.event_id);
    return { message, event };
  });
}
