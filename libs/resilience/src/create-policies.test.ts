import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, type Log } from '@bridge/core';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPolicies, type Policies } from './create-policies.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const fast = { initialMs: 1, maxMs: 2 };
const refused = () => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

let metrics: Registry;
let policies: Policies;

beforeEach(() => {
  metrics = new Registry();
  policies = createPolicies({ metrics, log: silent });
});

/** Fails with each fault in turn, then answers `ok`; counts its calls. */
function failing(faults: readonly Error[]) {
  const state = { calls: 0 };
  const run = () => {
    const fault = faults[state.calls];
    state.calls += 1;
    return fault ? Promise.reject(fault) : Promise.resolve('ok');
  };
  return { state, run };
}

describe('retry', () => {
  it('tries a transient fault again until it works', async () => {
    const { state, run } = failing([refused(), refused()]);
    await expect(policies.call('store', { attempts: 3, backoff: fast })(run)).resolves.toBe('ok');
    expect(state.calls).toBe(3);
  });

  it('gives up after its attempts with the last fault', async () => {
    const { state, run } = failing([refused(), refused(), refused()]);
    await expect(policies.call('store', { attempts: 2, backoff: fast })(run)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    expect(state.calls).toBe(2);
  });

  it.each([
    ['a bug', new TypeError('x is not a function')],
    ['a conflict, which needs another statement', new CodedError('BB002', 'conflict', 'Changed.')],
    ['a permanent fault', new CodedError('person_missing', 'permanent', 'Refused.')],
  ])('does not repeat %s', async (_what, fault) => {
    const { state, run } = failing([fault]);
    await expect(policies.call('store', { attempts: 5, backoff: fast })(run)).rejects.toBe(fault);
    expect(state.calls).toBe(1);
  });

  it('stops between attempts as soon as the caller aborts', async () => {
    const caller = new AbortController();
    const { run } = failing([refused(), refused()]);
    const call = policies.call('store', { attempts: 3, backoff: { initialMs: 60_000, maxMs: 60_000 } });
    const running = call(run, caller.signal);
    await sleep(5);
    caller.abort(new Error('stopping'));
    await expect(running).rejects.toThrow('stopping');
  });

  it('does not begin when the caller has aborted already', async () => {
    const { state, run } = failing([]);
    await expect(policies.call('store', {})(run, AbortSignal.abort(new Error('stopped')))).rejects.toThrow(
      'stopped',
    );
    expect(state.calls).toBe(0);
  });
});

describe("the caller's signal", () => {
  it('keeps no listener of a call that has ended', async () => {
    const signal = new AbortController().signal;
    const call = policies.call('store', {});
    for (let calls = 0; calls < 20; calls += 1) await call(() => Promise.resolve(calls), signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('timeout', () => {
  it('fails with a transient code and aborts the work', async () => {
    let aborted = false;
    const call = policies.call('api', { timeoutMs: 10 });
    const hanging = call((signal) => {
      signal.addEventListener('abort', () => (aborted = true));
      return new Promise(() => {});
    });
    await expect(hanging).rejects.toMatchObject({ name: 'CodedError', code: 'timeout', retry: 'transient' });
    expect(aborted).toBe(true);
  });

  it('bounds each attempt, not all of them', async () => {
    let calls = 0;
    const call = policies.call('api', { timeoutMs: 20, attempts: 2, backoff: fast });
    const answer = await call(async () => {
      calls += 1;
      if (calls === 1) await sleep(1_000);
      return calls;
    });
    expect(answer).toBe(2);
  });
});

describe('breaker', () => {
  it('opens after the faults in a row, answers at once, and closes after a success', async () => {
    const { state, run } = failing([refused(), refused()]);
    const call = policies.call('llm', { breaker: { failures: 2, openMs: 30 } });
    await expect(call(run)).rejects.toThrow();
    await expect(call(run)).rejects.toThrow();
    await expect(call(run)).rejects.toMatchObject({ code: 'circuit_open', retry: 'transient' });
    expect(state.calls).toBe(2);
    await sleep(40);
    await expect(call(run)).resolves.toBe('ok');
    await expect(call(run)).resolves.toBe('ok');
  });

  it('is not opened by bugs', async () => {
    const bugs = [new TypeError('a'), new TypeError('b'), new TypeError('c')];
    const { run } = failing(bugs);
    const call = policies.call('llm', { breaker: { failures: 2, openMs: 10_000 } });
    for (const bug of bugs) await expect(call(run)).rejects.toBe(bug);
    await expect(call(run)).resolves.toBe('ok');
  });

  it('is not hammered by retries once it is open', async () => {
    const { state, run } = failing(Array.from({ length: 10 }, refused));
    const call = policies.call('llm', {
      attempts: 10,
      backoff: fast,
      breaker: { failures: 3, openMs: 10_000 },
    });
    await expect(call(run)).rejects.toMatchObject({ code: 'circuit_open' });
    expect(state.calls).toBe(3);
  });
});

describe('metrics', () => {
  it('count calls by outcome, retries and the breaker state', async () => {
    const call = policies.call('llm', {
      attempts: 2,
      backoff: fast,
      breaker: { failures: 3, openMs: 10_000 },
    });
    await call(failing([refused()]).run);
    await call(failing([refused(), refused()]).run).catch(() => {});
    await call(failing([refused(), refused()]).run).catch(() => {});
    const text = await metrics.metrics();
    expect(text).toContain('resilience_calls_total{policy="llm",outcome="success"} 1');
    expect(text).toContain('resilience_calls_total{policy="llm",outcome="failure"} 1');
    expect(text).toContain('resilience_calls_total{policy="llm",outcome="rejected"} 1');
    expect(text).toContain('resilience_retries_total{policy="llm"} 3');
    expect(text).toContain('resilience_breaker_state{policy="llm"} 2');
  });

  it('show the states of a breaker that has rules of its own', async () => {
    const report = policies.reportBreaker('vendor');
    expect(await metrics.metrics()).toContain('resilience_breaker_state{policy="vendor"} 0');
    report('open');
    expect(await metrics.metrics()).toContain('resilience_breaker_state{policy="vendor"} 2');
  });
});
