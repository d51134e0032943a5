import type { Clock } from './vendor.ts';

/** A number of requests in a window, which begins with the first request. */
export type Quota = { readonly limit: number; readonly windowS: number };

type Window = Quota & { used: number; endsAt: number };

/** The remaining budget, as headers report it. `resetS` belongs to the scarcest window. */
export type Budget = {
  readonly granted: boolean;
  readonly limit: number;
  readonly windowS: number;
  readonly remaining: number;
  readonly resetS: number;
};

/** The budget that all tokens of an application share. */
export function createQuota(quotas: readonly Quota[], now: Clock) {
  const windows: Window[] = quotas.map((quota) => ({ ...quota, used: 0, endsAt: 0 }));
  return function take(): Budget {
    const at = now();
    for (const window of windows) {
      if (at < window.endsAt) continue;
      window.used = 0;
      window.endsAt = at + window.windowS * 1000;
    }
    const granted = windows.every(({ used, limit }) => used < limit);
    if (granted) for (const window of windows) window.used += 1;
    const scarcest = windows.toSorted((a, b) => a.limit - a.used - (b.limit - b.used))[0];
    if (!scarcest) return { granted, limit: 0, windowS: 0, remaining: 0, resetS: 0 };
    const { limit, windowS, used, endsAt } = scarcest;
    return { granted, limit, windowS, remaining: limit - used, resetS: Math.ceil((endsAt - at) / 1000) };
  };
}
