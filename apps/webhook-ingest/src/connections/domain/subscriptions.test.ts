import { describe, expect, test } from 'vitest';
import {
  alarmOf,
  asListed,
  planSubscriptions,
  settleSubscriptions,
  wantedSubscriptions,
  type Subscription,
} from './subscriptions.ts';
import type { VendorSubscription } from '../../vendors/subscriptions.ts';
import { oura } from '../../vendors/oura/vendor.ts';

const callbackUrl = 'https://bridge.example/webhooks/oura';
const day = 86_400_000;
const now = 1_000 * day;
const options = { callbackUrl, renewBeforeMs: 7 * day, now };
const sleep = { dataType: 'sleep', eventType: 'create' };
const workout = { dataType: 'workout', eventType: 'delete' };
const listed = (expiresAt: number, url = callbackUrl): VendorSubscription => ({
  ...sleep,
  id: 's1',
  callbackUrl: url,
  expiresAt,
});
const stored = (some: Partial<Subscription>): Subscription => ({
  ...sleep,
  id: 's1',
  expiresAt: now + 30 * day,
  failures: 0,
  failedSince: undefined,
  ...some,
});

test('what has webhooks and is wanted is subscribed to, for every kind of change', () => {
  const wanted = wantedSubscriptions(oura, { eventTypes: ['create', 'update', 'delete'] });
  expect(wanted).toContainEqual({ dataType: 'daily_readiness', eventType: 'update' });
  expect(wanted.some(({ dataType }) => dataType === 'heartrate' || dataType === 'tag')).toBe(false);
});

describe('the plan', () => {
  const kindOf = (one: VendorSubscription) => planSubscriptions([sleep], [one], options)[0]?.kind;

  test('creates what is missing', () => {
    const steps = planSubscriptions([sleep, workout], [listed(now + 30 * day)], options);
    expect(steps.map(({ kind }) => kind)).toEqual(['keep', 'create']);
  });
  test('renews a week before the end', () => {
    expect(kindOf(listed(now + 7 * day))).toBe('keep');
    expect(kindOf(listed(now + 7 * day - 1))).toBe('renew');
    expect(kindOf(listed(now - day))).toBe('renew');
  });
  test('leads one to our address that goes elsewhere', () => {
    expect(kindOf(listed(now + 30 * day, 'https://old.example/webhooks/oura'))).toBe('redirect');
  });
  test('knows from what is stored whether anything is due', () => {
    const kept = asListed([stored({}), stored({ ...workout, id: undefined })], callbackUrl);
    expect(planSubscriptions([sleep], kept, options)).toMatchObject([{ kind: 'keep' }]);
    expect(kept).toHaveLength(1);
  });
});

describe('an alarm', () => {
  const failed = (before: Subscription[], at: number) =>
    settleSubscriptions(before, [{ wanted: sleep, done: 'failed' }], at);

  test('is raised at the third failure, and goes when one succeeds', () => {
    let state = failed([stored({})], now);
    expect(alarmOf(state, now)).toBeUndefined();
    state = failed(failed(state, now + 1), now + 2);
    expect(alarmOf(state, now + 2)).toEqual({
      since: now,
      severity: 'warning',
      failing: [expect.objectContaining(sleep)],
    });
    const done = { id: 's1', expiresAt: now + 90 * day };
    state = settleSubscriptions(state, [{ wanted: sleep, done }], now + 3);
    expect(state).toEqual([stored(done)]);
    expect(alarmOf(state, now + 3)).toBeUndefined();
  });

  test('is raised at once a day before the end', () => {
    const state = failed([stored({ expiresAt: now + day - 1 })], now);
    expect(alarmOf(state, now)).toMatchObject({ severity: 'critical' });
  });

  test('keeps its begin while others come and go', () => {
    const first = stored({ failures: 3, failedSince: now - day });
    const state = settleSubscriptions(
      [first],
      [
        { wanted: sleep, done: {} },
        { wanted: workout, done: 'failed' },
      ],
      now,
    );
    expect(state[1]).toMatchObject({ ...workout, failures: 1, failedSince: now - day });
  });
});
