import { pathWith, read, type Answer } from './request.ts';
import { type Failure } from './failure.ts';

type Page = { readonly next: string | null };

export type Pages<Item> = {
  readonly items: readonly Item[];
  /** True where the last page was read. */
  readonly isComplete: boolean;
  readonly failure?: Failure;
};

type PagedList<P extends Page, Item> = {
  readonly path: string;
  readonly query: Parameters<typeof pathWith>[1];
  readonly itemsOf: (page: P) => readonly Item[];
  /** Most routes take the next page's place as `cursor`, those of ingest as `after`. */
  readonly cursorName?: string;
  readonly signal?: AbortSignal;
  /** Called after each page, so that the first ones are shown at once. */
  readonly onPage?: (items: readonly Item[]) => void;
};

/** More than a screen ever shows; it ends a list that leads on for ever. */
const mostPages = 200;

/** Reads a list to its end, page by page, so that nothing is hidden. */
export async function readAllPages<P extends Page, Item>(
  list: PagedList<P, Item>,
): Promise<Answer<Pages<Item>>> {
  const { path, query, itemsOf, cursorName = 'cursor', signal, onPage } = list;
  let items: readonly Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await read<P>(pathWith(path, { ...query, [cursorName]: cursor }), signal);
    if (!answer.ok) {
      if (page === 0) return answer;
      return { ok: true, value: { items, isComplete: false, failure: answer.failure }, etag: undefined };
    }
    items = [...items, ...itemsOf(answer.value)];
    onPage?.(items);
    if (answer.value.next === null) return { ok: true, value: { items, isComplete: true }, etag: undefined };
    cursor = answer.value.next;
  }
  return { ok: true, value: { items, isComplete: false }, etag: undefined };
}
