import { InvalidArgumentError } from 'commander';
import type { HttpApi } from '../api/http-api.ts';
import { plainText } from '../api/table.ts';

/** Checks an argument that is an id or its beginning. @throws InvalidArgumentError */
export function parseIdStart(text: string): string {
  const id = text.toLowerCase();
  if (/^[0-9a-f]{6}[0-9a-f-]{0,30}$/.test(id)) return id;
  throw new InvalidArgumentError('It must be the first 6 or more hex digits of an id.');
}

/** The most pages that are searched for an id. */
const mostPages = 20;

type Search = {
  /** `alert`, for messages. */
  readonly noun: string;
  /** The command that lists the ids. */
  readonly listedBy: string;
  readonly pages: AsyncIterable<readonly string[]>;
};

/** Completes the beginning of an id, which must be the beginning of one alone. */
export async function wholeId(start: string, { noun, listedBy, pages }: Search): Promise<string> {
  const found = new Set<string>();
  let searched = 0;
  for await (const page of pages) {
    for (const id of page) if (id.startsWith(start)) found.add(id);
    searched += 1;
    if (searched === mostPages) break;
  }
  const [only, ...others] = found;
  if (only === undefined)
    throw new Error(`No ${noun} begins with ${start}. See npm run bridge -- ${listedBy}.`);
  if (others.length > 0)
    throw new Error(
      `${found.size} ids begin with ${start}: ${plainText([...found].join(', '))}. Give more digits.`,
    );
  return only;
}

/** The whole id of an alert. */
export function alertIdOf(api: HttpApi, start: string): Promise<string> {
  if (start.length === 32) return Promise.resolve(start);
  return wholeId(start, {
    noun: 'alert',
    listedBy: 'alerts --all',
    pages: idsOf(api.pages('/alerts', 'alerts', { query: { limit: 500 } }), 'alert_id'),
  });
}

/** The field of every element of every page. */
export async function* idsOf(pages: AsyncIterable<unknown[]>, field: string): AsyncGenerator<string[]> {
  for await (const page of pages) yield page.map((one) => (one as Record<string, string>)[field] ?? '');
}

/** The sentence for an alert that is not there. */
export const noAlert = 'There is no such alert. See npm run bridge -- alerts --all.';
