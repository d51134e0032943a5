import { useState } from 'preact/hooks';

/** The pages of a list that is read one at a time, newest first: how to get back lies in the cursors that led here. */
export function usePager() {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  return { cursor: cursors.at(-1), cursors, setCursors };
}

type PagerProps = {
  readonly pager: ReturnType<typeof usePager>;
  /** The cursor of the next older page; null on the last one. */
  readonly next: string | null;
};

/** Buttons to the pages before and after. */
export function Pager({ pager: { cursors, setCursors }, next }: PagerProps) {
  return (
    <div class="choice" role="group" aria-label="Pages">
      <button type="button" disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
        Newer
      </button>
      <button
        type="button"
        disabled={next === null}
        onClick={() => setCursors([...cursors, ...(next === null ? [] : [next])])}
      >
        Older
      </button>
    </div>
  );
}
