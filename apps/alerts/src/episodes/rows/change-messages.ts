import { topics } from '@bridge/contracts';
import type { Announce, Announcement } from '@bridge/delivery';
import type { LiveSubject } from '@bridge/vault';
import type { Change } from '../../signals/handle-alert-signals.ts';

export type AnnounceChange = (change: Change, person: LiveSubject) => Announcement;

/** Makes the message for a change, in the trace of its signal. @param topic `topics.alertChanges.name`, or a test's. */
export function createAnnounceChange(announce: Announce, topic: string): AnnounceChange {
  return function announceChange({ change, traceparent }, person) {
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
