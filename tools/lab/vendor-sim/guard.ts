import { setTimeout as sleep } from 'node:timers/promises';
import { chanceOf } from '../simulate/life/chance.ts';
import type { Account } from './accounts.ts';
import { json, noAnswer, type Answer, type Handler, type SimRequest } from './http/answer.ts';
import type { Budget } from './quota.ts';
import type { VendorState } from './vendor-state.ts';

export type AccountHandler = (account: Account, request: SimRequest) => Answer;

const hangMs = 60_000;

/** An API route: broken where the faults say so, for the holder of a token with one of these scopes, within the quota. */
export function createGuard(state: VendorState) {
  const { vendor, seed, accounts, consents, faults, takeBudget } = state;
  let nr = 0;

  function admit(request: SimRequest, scopes: readonly string[]): Account | Answer {
    const holder = consents.holder(bearerOf(request));
    const account = holder && accounts.find(holder.account);
    const { deadTokens, failing, lapsed, missingScopeStatus } = faults.get();
    if (!account || deadTokens.includes(account.id))
      return json(401, { status: 401, title: 'Unauthorized', detail: 'The access token is invalid.' });
    if (failing.includes(account.id))
      return { ...json(500, { detail: 'Internal Server Error' }), account: account.id };
    if (lapsed.includes(account.id)) return refused(403, 'The membership has lapsed.', account);
    if (scopes.length === 0 || scopes.some((scope) => holder.scopes.includes(scope))) return account;
    return refused(missingScopeStatus, 'A scope is missing.', account);
  }

  return function guarded(scopes: readonly string[], handle: AccountHandler): Handler {
    return async (request) => {
      const { api, errorShare, slowShare, slowMs, limitedSeconds } = faults.get();
      const chance = chanceOf(seed, vendor, 'request', (nr += 1));
      if (api === 'broken') return noAnswer;
      if (api === 'hangs') await sleep(hangMs, undefined, { ref: false });
      if (api !== 'up' || chance.happens(errorShare)) return json(500, { detail: 'Internal Server Error' });
      if (chance.happens(slowShare)) await sleep(slowMs, undefined, { ref: false });

      const admission = admit(request, scopes);
      if ('status' in admission) return admission;
      const budget = takeBudget();
      const headers = budgetHeaders(state, budget);
      if (limitedSeconds > 0 || !budget.granted) {
        const seconds = Math.max(1, limitedSeconds, budget.granted ? 0 : budget.resetS);
        const retryAfter = vendor === 'oura' ? { 'retry-after': String(seconds) } : {};
        const reset = { 'x-ratelimit-reset': String(seconds) };
        const limited = json(429, { detail: 'Too Many Requests' }, { ...headers, ...reset, ...retryAfter });
        return { ...limited, account: admission.id };
      }
      const answer = handle(admission, request);
      return { ...answer, headers: { ...answer.headers, ...headers }, account: admission.id };
    };
  };
}

/** Oura names the window and not what is left of it; WHOOP lists all windows and has no Retry-After. */
function budgetHeaders({ vendor, settings }: VendorState, { limit, windowS, remaining, resetS }: Budget) {
  if (vendor === 'oura') {
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-window': String(windowS),
      'x-ratelimit-reset': String(resetS),
      'x-ratelimit-tier': 'application',
    };
  }
  const all = settings.quotas.map((quota) => `${quota.limit};window=${quota.windowS}`);
  return {
    'x-ratelimit-limit': [String(limit), ...all].join(', '),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(resetS),
  };
}

function refused(status: 401 | 403, detail: string, { id }: Account): Answer {
  const title = status === 401 ? 'Unauthorized' : 'Forbidden';
  return { ...json(status, { status, title, detail }), account: id };
}

function bearerOf({ headers }: SimRequest): string {
  return /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}
