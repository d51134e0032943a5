import { setTimeout as sleep } from 'node:timers/promises';
import { type Component, type ComponentState } from '@bridge/core';

export type ComponentHealth = {
  readonly name: string;
  readonly needed: boolean;
  /** The state, at most `patienceMs` later: a check that is still running then counts as degraded or worse. */
  state(patienceMs: number): Promise<ComponentState>;
};

/** A check that takes longer has failed. */
const checkTimeoutMs = 1_000;
/** Health, readiness and several probes share one check within this time. */
const freshMs = 1_000;

/** Bounds a component's check in time and in frequency; a check that throws is unhealthy. */
export function createComponentHealth(component: Component): ComponentHealth {
  let known: { state: ComponentState; at: number } | undefined;
  let running: Promise<ComponentState> | undefined;

  async function check(): Promise<ComponentState> {
    const state = await bounded(component);
    known = { state, at: performance.now() };
    running = undefined;
    return state;
  }

  return {
    name: component.name,
    needed: component.needed,
    async state(patienceMs) {
      if (known && performance.now() - known.at < freshMs) return known.state;
      running ??= check();
      const unanswered: ComponentState = known?.state === 'unhealthy' ? 'unhealthy' : 'degraded';
      return Promise.race([running, sleep(patienceMs, unanswered, { ref: false })]);
    },
  };
}

async function bounded(component: Component): Promise<ComponentState> {
  const timeout = new AbortController();
  try {
    return await Promise.race([
      component.check(),
      sleep(checkTimeoutMs, 'unhealthy' as const, { ref: false, signal: timeout.signal }),
    ]);
  } catch {
    // The component logs its own failures; here only its state counts.
    return 'unhealthy';
  } finally {
    timeout.abort();
  }
}
