import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { visibleRows, type Viewport } from './visible-rows.ts';

type VirtualListProps<Item> = {
  readonly items: readonly Item[];
  /** Of the whole list, as far as it is known; screen readers say it. */
  readonly total: number;
  readonly keyOf: (item: Item) => string;
  /** In pixels; also in the style sheet, as `--row-height`. */
  readonly rowHeight: number;
  readonly label: string;
  readonly children: (item: Item) => ComponentChildren;
  /** The end of the loaded items is near. */
  readonly onEndNear?: () => void;
  readonly onShown?: (items: readonly Item[]) => void;
};

/** Rows left below the view when more are asked for. */
const nearRows = 40;

/** A list of any length of which only what is in view is in the document. It scrolls with the page. */
export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { items, total, keyOf, rowHeight, label, children, onEndNear, onShown } = props;
  const list = useRef<HTMLUListElement>(null);
  const [viewport, setViewport] = useState<Viewport>({ top: 0, height: 800 });

  useEffect(() => {
    let frame = 0;
    const measure = () => {
      frame = 0;
      const { top } = list.current?.getBoundingClientRect() ?? { top: 0 };
      setViewport((before) => {
        const next = { top: Math.max(0, -top), height: innerHeight };
        return next.top === before.top && next.height === before.height ? before : next;
      });
    };
    const schedule = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    addEventListener('scroll', schedule, { passive: true });
    addEventListener('resize', schedule, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', schedule);
      removeEventListener('resize', schedule);
    };
  }, []);

  const { first, end } = visibleRows(viewport, { rows: items.length, rowHeight });
  const shown = items.slice(first, end);
  useEffect(() => {
    if (end > items.length - nearRows) onEndNear?.();
  }, [end, items.length, onEndNear]);
  const shownKeys = shown.map(keyOf).join('\n');
  useEffect(() => onShown?.(shown), [shownKeys]);

  return (
    <ul
      ref={list}
      class="virtual"
      aria-label={label}
      style={{ height: `${items.length * rowHeight}px` }}
      onKeyDown={(event) => moveFocus(event)}
    >
      {shown.map((item, index) => (
        <li
          key={keyOf(item)}
          aria-setsize={total}
          aria-posinset={first + index + 1}
          style={{ transform: `translateY(${(first + index) * rowHeight}px)` }}
        >
          {children(item)}
        </li>
      ))}
    </ul>
  );
}

/** Arrows go from row to row, also to one that is only now put into the document. */
function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' } as const;
  const way = event.key === 'ArrowDown' || event.key === 'ArrowUp' ? step[event.key] : undefined;
  const row = event.target instanceof Element ? event.target.closest('li') : null;
  const target = way === undefined ? null : row?.[way]?.querySelector<HTMLElement>('a, button');
  if (target === null || target === undefined) return;
  event.preventDefault();
  target.focus();
  target.scrollIntoView({ block: 'nearest' });
}
