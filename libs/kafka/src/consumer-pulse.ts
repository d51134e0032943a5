import type { Consumer } from 'kafkajs';

export type ConsumerPulse = {
  /** Joined, and the broker answered within the last seconds. */
  readonly isAlive: () => boolean;
  /** The broker answered; for heartbeats that kafkajs does not announce. */
  readonly beat: () => void;
};

/** A fetch answers at least twice a second and a heartbeat every second, also when nothing happens. */
const silenceMs = 5_000;

/** Whether a consumer takes part in its group; kafkajs itself does not say that it lost the broker. */
export function watchPulse(consumer: Consumer): ConsumerPulse {
  let joined = false;
  let lastAnswer = 0;
  const beat = () => {
    lastAnswer = Date.now();
  };
  const { GROUP_JOIN, FETCH, HEARTBEAT, CRASH, DISCONNECT } = consumer.events;
  consumer.on(GROUP_JOIN, () => {
    joined = true;
    beat();
  });
  for (const answer of [FETCH, HEARTBEAT]) consumer.on(answer, beat);
  for (const end of [CRASH, DISCONNECT]) {
    consumer.on(end, () => {
      joined = false;
    });
  }
  return { isAlive: () => joined && Date.now() - lastAnswer < silenceMs, beat };
}
