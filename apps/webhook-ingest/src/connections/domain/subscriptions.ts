import type {
  VendorSubscription,
  SubscriptionDefinition,
  SubscriptionKey,
} from '../../vendors/subscriptions.ts';
import type { VendorDefinition } from '../../vendors/vendor-definition.ts';

/** The last known state of a subscription that we want. */
export type Subscription = SubscriptionKey & {
  readonly id: string | undefined;
  readonly expiresAt: number | undefined;
  /** In a row. */
  readonly failures: number;
  /** When the first of all that fail now began to; the same for all of them. */
  readonly failedSince: number | undefined;
};

export type Step =
  | {
      readonly kind: 'keep' | 'renew' | 'redirect';
      readonly wanted: SubscriptionKey;
      readonly listed: VendorSubscription;
    }
  | { readonly kind: 'create'; readonly wanted: SubscriptionKey };

/** How one ended. A subscription that exists without being listed has neither id nor expiry. */
export type StepResult = {
  readonly wanted: SubscriptionKey;
  readonly done: { readonly id?: string; readonly expiresAt?: number } | 'failed';
};

const hour = 3_600_000;
const criticalBeforeMs = 24 * hour;
const alarmingFailures = 3;

/** A subscription for each kind of change of each wanted data type that has notices. */
export function wantedSubscriptions(
  { dataTypes }: Pick<VendorDefinition, 'dataTypes'>,
  { eventTypes }: Pick<SubscriptionDefinition, 'eventTypes'>,
): SubscriptionKey[] {
  return Object.entries(dataTypes)
    .filter(([, { isWanted, hasNotices }]) => isWanted && hasNotices)
    .flatMap(([dataType]) => eventTypes.map((eventType) => ({ dataType, eventType })));
}

type PlanOptions = {
  readonly callbackUrl: string;
  /** How long before its end a subscription is renewed, in milliseconds. */
  readonly renewBeforeMs: number;
  readonly now: number;
};

/** One step for each that is wanted. One that leads to another address is led to ours: there can be no second one. */
export function planSubscriptions(
  wanted: readonly SubscriptionKey[],
  listed: readonly VendorSubscription[],
  { callbackUrl, renewBeforeMs, now }: PlanOptions,
): Step[] {
  const byKey = new Map(listed.map((one) => [keyOf(one), one]));
  return wanted.map((one): Step => {
    const found = byKey.get(keyOf(one));
    if (found === undefined) return { kind: 'create', wanted: one };
    if (found.callbackUrl !== callbackUrl) return { kind: 'redirect', wanted: one, listed: found };
    return { kind: found.expiresAt - now < renewBeforeMs ? 'renew' : 'keep', wanted: one, listed: found };
  });
}

/** What is stored, as if the vendor had listed it: for when it does not answer. */
export function asListed(stored: readonly Subscription[], callbackUrl: string): VendorSubscription[] {
  return stored.flatMap(({ dataType, eventType, id, expiresAt }) =>
    id === undefined || expiresAt === undefined ? [] : [{ dataType, eventType, id, expiresAt, callbackUrl }],
  );
}

/** What is known after a run. Those that fail share the time at which the first of them began to. */
export function settleSubscriptions(
  before: readonly Subscription[],
  ended: readonly StepResult[],
  now: number,
): Subscription[] {
  const byKey = new Map(before.map((one) => [keyOf(one), one]));
  const failedSince = failingSince(before) ?? now;
  return ended.map(({ wanted, done }) => {
    const known = byKey.get(keyOf(wanted));
    const { dataType, eventType } = wanted;
    if (done === 'failed') {
      const failures = (known?.failures ?? 0) + 1;
      return { dataType, eventType, id: known?.id, expiresAt: known?.expiresAt, failures, failedSince };
    }
    return {
      dataType,
      eventType,
      id: done.id,
      expiresAt: done.expiresAt,
      failures: 0,
      failedSince: undefined,
    };
  });
}

export type Alarm = {
  /** The same for as long as something fails. */
  readonly since: number;
  /** `critical`: notices will stop within a day, or have stopped. */
  readonly severity: 'warning' | 'critical';
  readonly failing: readonly SubscriptionKey[];
};

/** Undefined while nothing fails, or not long enough to call somebody: three times, or a day before the end. */
export function alarmOf(stored: readonly Subscription[], now: number): Alarm | undefined {
  const since = failingSince(stored);
  const failing = stored.filter(({ failedSince }) => failedSince !== undefined);
  const endsSoon = failing.some(
    ({ expiresAt }) => expiresAt !== undefined && expiresAt - now < criticalBeforeMs,
  );
  const failsOften = failing.some(({ failures }) => failures >= alarmingFailures);
  if (since === undefined || !(endsSoon || failsOften)) return undefined;
  return { since, severity: endsSoon ? 'critical' : 'warning', failing };
}

function failingSince(stored: readonly Subscription[]): number | undefined {
  const times = stored.flatMap(({ failedSince }) => failedSince ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

function keyOf({ dataType, eventType }: SubscriptionKey): string {
  return `${dataType}/${eventType}`;
}
