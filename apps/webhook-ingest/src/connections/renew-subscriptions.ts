import type { AlertStateSignal } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import type { SubscriptionRows } from './rows/subscription-rows.ts';
import { subscriptionSignal } from './domain/subscription-signals.ts';
import {
  alarmOf,
  asListed,
  planSubscriptions,
  settleSubscriptions,
  wantedSubscriptions,
  type StepResult,
  type Step,
} from './domain/subscriptions.ts';
import type {
  VendorSubscription,
  SubscriptionClient,
  SubscriptionDefinition,
} from '../vendors/subscriptions.ts';
import type { VendorDefinition } from '../vendors/vendor-definition.ts';

type Deps = {
  readonly vendor: Pick<VendorDefinition, 'name' | 'dataTypes'>;
  readonly subscriptions: Pick<SubscriptionDefinition, 'eventTypes' | 'renewBeforeMs'>;
  readonly client: SubscriptionClient;
  readonly rows: SubscriptionRows;
  /** Where the vendor's notices come to. */
  readonly callbackUrl: string;
  /** Resolves once the signals are durable. */
  readonly send: (signals: readonly AlertStateSignal[]) => Promise<void>;
  readonly count: (outcome: 'created' | 'renewed' | 'redirected' | 'failed') => void;
  readonly log: Log;
  readonly now: () => number;
};

/**
 * Keeps a vendor's subscriptions: creates what is missing and renews what ends soon. A step that fails is tried again by the
 * next run; when that goes on, the operators get an alert. Nothing is done before anybody is connected.
 */
export function createRenewSubscriptions(deps: Deps) {
  const { vendor, subscriptions, client, rows, callbackUrl, send, count, log, now } = deps;
  const { name: source } = vendor;
  const { renewBeforeMs } = subscriptions;

  return async function renewSubscriptions(): Promise<void> {
    const before = await rows.all();
    if (before.length === 0 && !(await rows.isNeeded())) return;
    const listed = await listedAtVendor();
    const plan = { callbackUrl, renewBeforeMs, now: now() };
    const known = listed ?? asListed(before, callbackUrl);
    const ended: StepResult[] = [];
    // One after another: the vendor calls us back within each of them.
    for (const step of planSubscriptions(wantedSubscriptions(vendor, subscriptions), known, plan)) {
      ended.push({ wanted: step.wanted, done: await carriedOut(step, listed !== undefined) });
    }
    const after = settleSubscriptions(before, ended, now());
    const signal = subscriptionSignal(source, alarmOf(before, now()), alarmOf(after, now()), now());
    // Signals first: if the process dies in between, the next run sends them again under the same ids.
    if (signal !== undefined) await send([signal]);
    await rows.save(after);
  };

  async function listedAtVendor(): Promise<VendorSubscription[] | undefined> {
    try {
      return await client.list();
    } catch (error) {
      log.warn('subscription list unavailable', { error, source });
      return undefined;
    }
  }

  async function carriedOut(step: Step, isReachable: boolean): Promise<StepResult['done']> {
    if (step.kind === 'keep') return step.listed;
    if (!isReachable) return 'failed';
    try {
      return await carryOut(step);
    } catch (error) {
      log.warn('subscription step failed', { error, step: step.kind, source });
      count('failed');
      return 'failed';
    }
  }

  async function carryOut(step: Exclude<Step, { kind: 'keep' }>): Promise<StepResult['done']> {
    if (step.kind === 'create') return create(step.wanted);
    if (step.kind === 'redirect') {
      log.warn('subscription had another callback URL', { source });
      const led = await client.redirect(step.listed);
      if (led === 'gone') return create(step.wanted);
      count('redirected');
      return led;
    }
    const renewed = await client.renew(step.listed.id);
    if (renewed === 'gone') return create(step.wanted);
    count('renewed');
    return renewed;
  }

  async function create(wanted: Step['wanted']): Promise<StepResult['done']> {
    const created = await client.create(wanted);
    if (created === 'exists') return {};
    count('created');
    return created;
  }
}
