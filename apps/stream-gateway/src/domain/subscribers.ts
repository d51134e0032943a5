import type { SentFrame } from './frame-ring.ts';
import { accepts, type StreamFilter } from './stream-filter.ts';

export type Subscriber = {
  readonly filter: StreamFilter;
  /** Must not throw and must not wait. */
  send(frame: SentFrame): void;
};

/** Who listens, by person, so that a frame costs only those it is for. */
export type Subscribers = {
  add(subscriber: Subscriber): void;
  remove(subscriber: Subscriber): void;
  publish(frame: SentFrame): void;
  readonly size: number;
  all(): Iterable<Subscriber>;
};

export function createSubscribers(): Subscribers {
  const members = new Set<Subscriber>();
  const followAll = new Set<Subscriber>();
  const byUser = new Map<string, Set<Subscriber>>();

  return {
    add(subscriber) {
      members.add(subscriber);
      const { users } = subscriber.filter;
      if (users === undefined) followAll.add(subscriber);
      for (const user of users ?? []) {
        const listening = byUser.get(user);
        if (listening) listening.add(subscriber);
        else byUser.set(user, new Set([subscriber]));
      }
    },
    remove(subscriber) {
      members.delete(subscriber);
      followAll.delete(subscriber);
      for (const user of subscriber.filter.users ?? []) {
        const listening = byUser.get(user);
        listening?.delete(subscriber);
        if (listening?.size === 0) byUser.delete(user);
      }
    },
    publish(frame) {
      for (const listening of [byUser.get(frame.userId), followAll]) {
        for (const subscriber of listening ?? []) {
          if (accepts(subscriber.filter, frame)) subscriber.send(frame);
        }
      }
    },
    get size() {
      return members.size;
    },
    all: () => members,
  };
}
