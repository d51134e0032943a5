import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { reloads } from '../live/live.ts';
import { showSignedOut } from '../session/session.ts';
import { type Failure } from './failure.ts';
import { type Answer } from './request.ts';

export type Resource<T> = {
  /** The newest answer; stays while a newer one is on its way or failed. */
  readonly value: T | undefined;
  readonly failure: Failure | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
};

const retryMs = 3_000;

type Loaded<T> = {
  readonly key: string;
  readonly value: T | undefined;
  readonly failure: Failure | undefined;
};

/**
 * Loads something for as long as a component shows it: again when `round` changes, when the stream has a gap, and every few
 * seconds while the bridge is away. Another `key` is another thing: what was loaded before is not shown any more.
 */
export function useResource<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<Answer<T>>,
  round = 0,
): Resource<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ key, value: undefined, failure: undefined });
  const [isLoading, setLoading] = useState(true);
  const [attempt, setAttempt] = useState(0);
  const newest = useRef(load);
  newest.current = load;
  const gaps = reloads.value;

  useEffect(() => {
    const aborted = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    setLoading(true);
    void newest.current(aborted.signal).then(
      (answer) => {
        if (aborted.signal.aborted) return;
        setLoading(false);
        setLoaded((before) => loadedAfter(before, key, answer));
        if (answer.ok) return;
        if (answer.failure.kind === 'signed_out') showSignedOut('The session has ended.');
        if (answer.failure.kind === 'away')
          timer = setTimeout(() => setAttempt((count) => count + 1), retryMs);
      },
      (error: unknown) => {
        if (!aborted.signal.aborted) throw error;
      },
    );
    return () => {
      aborted.abort();
      clearTimeout(timer);
    };
  }, [key, round, attempt, gaps]);

  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  const isCurrent = loaded.key === key;
  return {
    value: isCurrent ? loaded.value : undefined,
    failure: isCurrent ? loaded.failure : undefined,
    isLoading,
    reload,
  };
}

function loadedAfter<T>(before: Loaded<T>, key: string, answer: Answer<T>): Loaded<T> {
  if (answer.ok) return { key, value: answer.value, failure: undefined };
  return { key, value: before.key === key ? before.value : undefined, failure: answer.failure };
}
