import { interpretEvent } from '@bridge/contracts';
import { followTopic } from './follow-topic.ts';

/** Reads these persons' events from now on, as cognition does. */
export function followEvents(signingKey: string, users: readonly string[]) {
  return followTopic('events', signingKey, ({ message, body }) => {
    const { key, value, brokerTime } = message;
    if (value === null || !users.includes(key?.toString() ?? '')) return undefined;
    const outcome = interpretEvent({ body, raw: value, brokerTime, trusted: true });
    if (outcome.kind !== 'ok') throw new Error(`not an event: ${outcome.reason}`);
    return { message, event: outcome.value };
  });
}

type Followed = Awaited<ReturnType<typeof followEvents>>;

/** The first so many, as consumers count them: the relay may send a row twice, under one id. */
export async function firstDistinct(first: Followed, count: number) {
  for (let wanted = count; ; wanted += 1) {
    const byId = new Map((await first(wanted)).map(({ event }) => [event.event_id, event]));
    if (byId.size >= count) return [...byId.values()];
  }
}
