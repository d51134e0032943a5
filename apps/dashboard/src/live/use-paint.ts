import { useCallback, useEffect, useRef } from 'preact/hooks';

/** Calls `task` once before the next paint, however often it is asked to; a page in the background paints nothing. */
export function usePaint(task: () => void): () => void {
  const frame = useRef(0);
  const newest = useRef(task);
  newest.current = task;
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return useCallback(() => {
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      newest.current();
    });
  }, []);
}
