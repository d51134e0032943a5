import { type SentFrame } from './frame-ring.ts';

export type Subscriber = {
  /** Whose frames it gets; undefined is everyone's. */
  readonly users: ReadonlySet<string> | undefined;
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
      if (subscriber.users === undefined) followAll.add(subscriber);
      for (const user of subscriber.users ?? []) {
        const listening = byUser.get(user);
        if (listening) listening.add(subscriber);
        else byUser.set(user, new Set([subscriber]));
      }
    },
    remove(subscriber) {
      members.delete(subscriber);
      followAll.delete(subscriber);
      for (const user of subscriber.users ?? []) {
        const listening = byUser.get(user);
        listening?.delete(subscriber);
        if (listening?.size === 0) byUser.delete(user);
      }
    },
    publish(frame) {
      for (const subscriber of byUser.get(frame.userId) ?? []) subscriber.send(frame);
      for (const subscriber of followAll) subscriber.send(frame);
    },
    get size() {
      return members.size;
    },
    all: () => members,
  };
}
