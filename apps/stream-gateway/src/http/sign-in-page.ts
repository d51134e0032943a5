import { problem } from '@bridge/service-runtime';
import { type Request, type Response } from 'express';

export type SignInFailure = {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly retryAfterSeconds?: number;
  /** For the page alone, which its reader may copy. */
  readonly account?: string;
};

/** Answers a browser's navigation with a page, and a program with a problem document. */
export function answerFailure(req: Request, res: Response, failure: SignInFailure): void {
  const { account, ...document } = failure;
  if (req.accepts(['json', 'html']) !== 'html') {
    problem(res, document);
    return;
  }
  if (document.retryAfterSeconds !== undefined)
    res.setHeader('Retry-After', String(document.retryAfterSeconds));
  res
    .status(document.status)
    .type('html')
    .send(page({ ...document, account }));
}

function page({
  title,
  detail,
  account,
}: Pick<SignInFailure, 'title' | 'detail'> & { readonly account: string | undefined }): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escaped(title)}</title></head><body><main><h1>${escaped(title)}</h1>`,
    `<p>${escaped(detail)}</p>`,
    account === undefined ? '' : `<p>Your account: <code>${escaped(account)}</code></p>`,
    '<p><a href="/">Back to the sign-in page</a></p></main></body></html>\n',
  ].join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
