import { topics, type AlertChange } from '@bridge/contracts';
import type { Announce, Announcement } from '@bridge/delivery';
import type { LiveSubject } from '@bridge/vault';

export type AnnounceChange = (
  change: AlertChange,
  traceparent: string | undefined,
  person: LiveSubject,
) => Announcement;

/** Makes the message for a change, in the trace of its cause. @param topic `topics.alertChanges.name`, or a test's. */
export function createAnnounceChange(announce: Announce, topic: string): AnnounceChange {
  return function announceChange(change, traceparent, person) {
    const content = {
      topic,
      value: change,
      id: change.change_id,
      type: topics.alertChanges.value,
      time: change.at,
      userId: change.user_id,
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    return announce(content, person);
  };
}
