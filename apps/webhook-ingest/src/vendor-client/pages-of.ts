import type { PageAnswer } from '../vendors/vendor-answer.ts';

/** All pages of a list, up to and with the first answer that is none. A vendor that leads in a circle is left there. */
export async function* pagesOf(
  fetchPage: (page: string | undefined) => Promise<PageAnswer>,
): AsyncGenerator<PageAnswer, void> {
  const seen = new Set<string | undefined>();
  let page: string | undefined;
  do {
    seen.add(page);
    const answer = await fetchPage(page);
    yield answer;
    page = answer.kind === 'page' ? answer.next : undefined;
  } while (!seen.has(page));
}
