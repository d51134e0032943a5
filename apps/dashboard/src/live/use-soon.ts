import { useCallback, useEffect, useRef } from 'preact/hooks';

const soonMs = 400;
/** Between two calls, however much happens. */
const restMs = 2_000;

/** Calls `task` soon after it is asked to, and seldom, however often it is asked to. */
export function useSoon(task: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const last = useRef(0);
  const newest = useRef(task);
  newest.current = task;
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    if (timer.current !== undefined) return;
    const wait = Math.max(soonMs, last.current + restMs - performance.now());
    timer.current = setTimeout(() => {
      timer.current = undefined;
      last.current = performance.now();
      newest.current();
    }, wait);
  }, []);
}
