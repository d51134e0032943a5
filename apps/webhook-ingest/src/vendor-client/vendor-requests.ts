import { CodedError, retryVerdict } from '@bridge/core';
import type { Call } from '@bridge/resilience';
import type { VendorAnswer, VendorFailure } from '../vendors/vendor-answer.ts';
import { exhaustedForMs, isOfToken, retryAfterMs, statedLimits } from './rate-headers.ts';
import type { Purpose, RequestBudget } from './request-budget.ts';
import { readBounded } from './read-bounded.ts';
import type { VendorBreaker } from './vendor-breaker.ts';

export type VendorRequests = {
  /** @param target Path and query below the vendor's API. */
  get(connectionId: string, target: string, purpose: Purpose): Promise<VendorAnswer>;
};

/** The token that a request is made with; `none`: the connection has none any more. */
type TokenAnswer = { readonly kind: 'token'; readonly token: string } | { readonly kind: 'none' };

type Deps = {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Where any token that is good gets an answer. */
  readonly accountPath: string;
  readonly tokens: {
    tokenOf(connectionId: string): Promise<TokenAnswer>;
    refused(connectionId: string, token: string): Promise<TokenAnswer>;
  };
  readonly budget: RequestBudget;
  readonly breaker: Pick<VendorBreaker, 'pass' | 'limit' | 'isDown'>;
  /** Bounds an attempt, and repeats it after a fault. Without a breaker of its own. */
  readonly call: Call;
  readonly now: () => number;
};

const withoutToken = { kind: 'refused', status: 401 } as const;
const withoutScope = { kind: 'refused', status: 403 } as const;

/** GETs under a person's token and the shared budget. Everything that the vendor does is an answer; only our own faults throw. */
export function createVendorRequests(deps: Deps): VendorRequests {
  const { baseUrl, accountPath, tokens, budget, breaker, call, now } = deps;

  async function ask(target: string, token: string, purpose: Purpose): Promise<VendorAnswer> {
    let fault: Error | undefined;
    let isFault = false;
    let isRepeated = false;
    const answer = await call(async (signal): Promise<VendorAnswer> => {
      // A probe is one request, and what was under way when the vendor went down is not repeated either.
      if (isRepeated && breaker.isDown()) return unavailable;
      isRepeated = true;
      // Each attempt costs one. A budget that cannot be asked is our fault, not the vendor's.
      const grant = await budget.take(purpose).catch((error: unknown) => {
        fault = error instanceof Error ? error : new Error('unknown', { cause: error });
        return undefined;
      });
      if (grant === undefined) return unavailable;
      // History has a part of each limit only: what notices ask for may go on.
      if (!grant.isGranted) return limited(grant.retryAfterMs, purpose === 'live');
      const response = await send(`${baseUrl}${target}`, token, signal);
      isFault = response.status >= 500;
      return toAnswer(response);
    }).catch((error: unknown) => {
      if (retryVerdict(error) !== 'transient') throw error;
      return unavailable;
    });
    if (fault !== undefined) throw fault;
    return answer.kind === 'unavailable' ? { ...answer, isFault, isPersonal: isFault } : answer;
  }

  async function toAnswer(response: Response): Promise<VendorAnswer> {
    const header = (name: string) => response.headers.get(name);
    // One person's limit must neither become that of all nor stop the others: only this person's job comes later.
    const isShared = !isOfToken(header);
    // A document is not lost with a limit that could not be noted: the next answer states it again.
    if (isShared) await budget.adopt(statedLimits(header)).catch(() => undefined);
    if (response.status === 200) {
      const pauseMs = isShared ? exhaustedForMs(header, now()) : undefined;
      if (pauseMs !== undefined) await budget.block(pauseMs);
      return readDocument(response);
    }
    await response.body?.cancel();
    if (response.status === 429) {
      const delay = retryAfterMs(header, now());
      if (isShared) await budget.block(delay);
      return limited(delay, isShared);
    }
    return answerOf(response.status);
  }

  function limited(delayMs: number, ofAll: boolean): VendorAnswer {
    if (ofAll) breaker.limit(now() + delayMs);
    return { kind: 'limited', retryAfterMs: delayMs, ...(ofAll && { ofAll }) };
  }

  async function askAs(connectionId: string, target: string, purpose: Purpose): Promise<VendorAnswer> {
    const token = await tokenOr(() => tokens.tokenOf(connectionId));
    if (token.kind !== 'token') return token.kind === 'none' ? withoutToken : token;
    const answer = await askWith(target, token.token, purpose);
    if (!isTokenRefused(answer)) return answer;
    const renewed = await tokenOr(() => tokens.refused(connectionId, token.token));
    if (renewed.kind !== 'token') return renewed.kind === 'none' ? withoutToken : renewed;
    return askWith(target, renewed.token, purpose);
  }

  /** 401 is the answer only where the token is good for nothing: a scope that was not granted is answered so too. */
  async function askWith(target: string, token: string, purpose: Purpose): Promise<VendorAnswer> {
    const answer = await ask(target, token, purpose);
    if (!isTokenRefused(answer)) return answer;
    const elsewhere = await ask(accountPath, token, purpose);
    if (elsewhere.kind === 'document') return withoutScope;
    return elsewhere.kind === 'unavailable' || elsewhere.kind === 'limited' ? elsewhere : answer;
  }

  return {
    get: (connectionId, target, purpose) =>
      breaker.pass(() => askAs(connectionId, target, purpose), connectionId),
  };
}

function answerOf(status: number): VendorAnswer {
  if (status === 401 || status === 403) return { kind: 'refused', status };
  if (status < 500) return { kind: 'missing' };
  throw new CodedError('vendor_fault', 'transient', `The vendor answers with status ${status}.`);
}

function isTokenRefused(answer: VendorAnswer): boolean {
  return answer.kind === 'refused' && answer.status === 401;
}

/** The breaker says for how long. */
const unavailable = { kind: 'unavailable', retryAfterMs: 0 } as const;

/** A token that could not be renewed because the vendor did not answer is as good as no answer. */
async function tokenOr(get: () => Promise<TokenAnswer>): Promise<TokenAnswer | VendorFailure> {
  try {
    return await get();
  } catch (error) {
    if (retryVerdict(error) !== 'transient') throw error;
    return { ...unavailable, isPersonal: true };
  }
}

async function send(url: string, token: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      redirect: 'error',
      signal,
    });
  } catch (error) {
    throw new CodedError('vendor_unreachable', 'transient', 'The vendor does not answer.', { cause: error });
  }
}

async function readDocument(response: Response): Promise<VendorAnswer> {
  const raw = await readBounded(response);
  if (raw === undefined) return { kind: 'missing' };
  try {
    return { kind: 'document', json: JSON.parse(raw.toString('utf8')) as unknown, raw };
  } catch {
    return { kind: 'missing' };
  }
}
