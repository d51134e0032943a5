import { CodedError, retryVerdict, type Log } from '@bridge/core';
import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
  isBrokenCircuitError,
  isTaskCancelledError,
  noop,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
  type IPolicy,
  type IRetryBackoffContext,
} from 'cockatiel';
import { type Registry } from 'prom-client';
import { backoff, type Backoff } from './backoff.ts';
import {
  createPolicyMetrics,
  type BreakerState,
  type CallOutcome,
  type PolicyMetrics,
} from './policy-metrics.ts';

export type CallOptions = {
  /** How long one attempt may take, in milliseconds; it then fails with code `timeout`. No limit when missing. */
  timeoutMs?: number;
  /** Attempts in all; only transient faults are tried again. Default 1. */
  attempts?: number;
  /** Default: 50 ms, doubling up to 2 s. */
  backoff?: Backoff;
  /** Opens after `failures` transient faults in a row; calls then fail at once with code `circuit_open` for `openMs`. */
  breaker?: { failures: number; openMs: number };
};

/** Runs `fn` under a policy. Its signal aborts on timeout and when the caller's signal does. */
export type Call = <T>(fn: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal) => Promise<T>;

export type Policies = {
  /** A policy under a fixed name, which is its metric label. Compose once, call often: a breaker remembers. */
  call(name: string, options: CallOptions): Call;
  /**
   * For a breaker with rules of its own, in place of that of `call`: its states go to the same gauge and the same log line.
   */
  reportBreaker(name: string): (state: BreakerState) => void;
};

const defaultBackoff: Backoff = { initialMs: 50, maxMs: 2_000 };

const breakerStates: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
};

/** Named policies as values. `retryVerdict` alone decides whether to retry. */
export function createPolicies({
  metrics,
  log,
  random = Math.random,
}: {
  metrics: Registry;
  log: Log;
  random?: () => number;
}): Policies {
  const observed = createPolicyMetrics(metrics);
  const instruments = { observed, log, random };

  return {
    call(name, options) {
      const policy = compose(name, options, instruments);
      return async (fn, signal) => {
        try {
          const value = await (signal === undefined
            ? policy.execute((context) => fn(context.signal))
            : orAborted(signal, () => policy.execute((context) => fn(context.signal), signal)));
          observed.called(name, 'success');
          return value;
        } catch (error) {
          const fault: unknown = signal?.aborted === true ? signal.reason : codedFault(name, error);
          observed.called(name, signal?.aborted === true ? 'aborted' : outcomeOf(fault));
          throw fault;
        }
      };
    },
    reportBreaker: (name) => reportBreaker(name, instruments),
  };
}

type Instruments = { observed: PolicyMetrics; log: Log; random: () => number };

/** Outermost first: retry, then breaker, so that each attempt counts for the breaker, then the timeout of one attempt. */
function compose(name: string, options: CallOptions, instruments: Instruments): IPolicy {
  const { observed, random } = instruments;
  const { timeoutMs, attempts = 1, breaker } = options;
  const delays = options.backoff ?? defaultBackoff;

  const retrying = retry(handleWhen(isRetriable), {
    maxAttempts: attempts - 1,
    backoff: new DelegateBackoff<IRetryBackoffContext<unknown>>(({ attempt }) =>
      backoff(attempt, delays, random),
    ),
  });
  retrying.onRetry(() => observed.retried(name));

  const breaking = breaker
    ? circuitBreaker(handleWhen(isTransient), {
        halfOpenAfter: breaker.openMs,
        breaker: new ConsecutiveBreaker(breaker.failures),
      })
    : undefined;
  if (breaking) {
    const report = reportBreaker(name, instruments);
    breaking.onStateChange((state) => report(breakerStates[state]));
  }

  const limiting =
    timeoutMs === undefined
      ? noop
      : timeout(timeoutMs, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false });
  return wrap(retrying, breaking ?? noop, limiting);
}

function reportBreaker(name: string, { observed, log }: Instruments): (state: BreakerState) => void {
  observed.breaker(name, 'closed');
  return (state) => {
    observed.breaker(name, state);
    log.warn('circuit breaker changed', { policy: name, state });
  };
}

function isTransient(error: unknown): boolean {
  return isTaskCancelledError(error) || retryVerdict(error) === 'transient';
}

/** An open breaker is not retried: that would only delay the answer. */
function isRetriable(error: unknown): boolean {
  return isTransient(error) && !isBrokenCircuitError(error);
}

function codedFault(name: string, error: unknown): unknown {
  if (isTaskCancelledError(error)) {
    return new CodedError('timeout', 'transient', `${name} took too long.`, { cause: error });
  }
  if (isBrokenCircuitError(error)) {
    return new CodedError('circuit_open', 'transient', `${name} is not called while its circuit is open.`);
  }
  return error;
}

function outcomeOf(error: unknown): CallOutcome {
  if (!(error instanceof CodedError)) return 'failure';
  if (error.code === 'timeout') return 'timeout';
  return error.code === 'circuit_open' ? 'rejected' : 'failure';
}

/**
 * Cockatiel sleeps through an abort between attempts; a stopping service does not wait for it.
 * `done` takes the listener off again, since one signal may live as long as the process.
 */
/** Ends with the signal, whether or not the call does. */
async function orAborted<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  const done = new AbortController();
  try {
    signal.throwIfAborted();
    return await Promise.race([call(), aborted(signal, done.signal)]);
  } finally {
    done.abort();
  }
}

function aborted(signal: AbortSignal, done: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true, signal: done });
  });
}
