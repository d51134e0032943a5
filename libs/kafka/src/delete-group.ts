import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import type { Log } from '@bridge/core';
import type { KafkaConnection } from './connect.ts';

/** A member that could not say good-bye counts until its session ends; `tail.ts` asks for the shortest one, 6 s. */
const patienceMs = 8_000;
const askAgainAfterMs = 500;

/**
 * Deletes a consumer group whose members have left. kafkajs swallows a failed farewell, so the broker may still count the
 * member: then it is asked again until the session must be over. A group that stays behind is reported, not thrown: it holds
 * no offsets, and the broker removes it in time.
 */
export async function deleteGroup(
  kafka: Pick<KafkaConnection, 'admin'>,
  group: string,
  log: Log,
): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      await (await kafka.admin()).deleteGroups([group]);
      return;
    } catch (error) {
      if (!stillCounted(error) || Date.now() >= until) {
        log.warn('a consumer group stays behind', { error, group });
        return;
      }
      await sleep(askAgainAfterMs);
    }
  }
}

function stillCounted(error: unknown): boolean {
  if (!(error instanceof kafkajs.KafkaJSDeleteGroupsError)) return false;
  return error.groups.some(
    ({ error: cause }) => cause !== undefined && 'type' in cause && cause.type === 'NON_EMPTY_GROUP',
  );
}
