import { randomUUID } from 'node:crypto';
import type { Clock } from '../vendor.ts';

/** A subscription in Oura's format. */
export type Subscription = {
  readonly id: string;
  readonly callback_url: string;
  readonly event_type: string;
  readonly data_type: string;
  readonly expiration_time: string;
};

type SubscriptionRequest = Pick<Subscription, 'callback_url' | 'event_type' | 'data_type'>;
type Options = {
  readonly lifetimeS: number;
  readonly now: Clock;
  readonly saved?: readonly Subscription[] | undefined;
  readonly changed: () => void;
};

export type Subscriptions = ReturnType<typeof createSubscriptions>;

/** The application's subscriptions: one per event type and data type. */
export function createSubscriptions({ lifetimeS, now, saved = [], changed }: Options) {
  const byId = new Map(saved.map((one) => [one.id, one]));
  const expiry = () => new Date(now() + lifetimeS * 1000).toISOString();

  function store(subscription: Subscription): Subscription {
    byId.set(subscription.id, subscription);
    changed();
    return subscription;
  }

  return {
    create: (wanted: SubscriptionRequest) =>
      store({ id: randomUUID(), ...wanted, expiration_time: expiry() }),
    update: (known: Subscription, changes: Partial<SubscriptionRequest>) => store({ ...known, ...changes }),
    renew: (known: Subscription) => store({ ...known, expiration_time: expiry() }),
    find: (id: string) => byId.get(id),
    all: () => [...byId.values()],
    has: ({ event_type, data_type }: SubscriptionRequest) =>
      [...byId.values()].some((one) => one.event_type === event_type && one.data_type === data_type),
    remove(id: string): void {
      byId.delete(id);
      changed();
    },
    /** Returns the subscriptions that receive such an event. */
    targets(event: string, dataType: string): Subscription[] {
      return [...byId.values()].filter(
        (one) =>
          one.event_type === event && one.data_type === dataType && Date.parse(one.expiration_time) > now(),
      );
    },
  };
}
