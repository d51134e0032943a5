import { hash } from 'node:crypto';
import type { Language } from '@bridge/contracts';
import type { LinkAction } from './action-link.ts';
import { linkLabel, linkQuestion, linkResult, type PageKind } from './link-words.ts';

const style = `:root{color-scheme:light dark;font:1.125rem/1.5 system-ui,sans-serif}
main{max-width:26rem;margin:15vh auto 0;padding:0 1rem;text-align:center}
h1{font-size:1.4rem}
button{font:inherit;padding:.8rem 1.6rem;border:0;border-radius:.6rem;background:#1d4ed8;color:#fff}
form+form{margin-top:1rem}`;

/** No script, no frame, nothing from elsewhere; its one form comes back here. */
export const linkPageHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
};

/** A button that posts to the link of a token; without one, to the page's own address, so that the token is not repeated. */
export type LinkButton = { readonly action: LinkAction; readonly token?: string };

/** The page with the buttons. @param isOwn The link was sent to the person whom the alert is about. */
export function askPage(
  buttons: readonly [LinkButton, ...LinkButton[]],
  { isOwn, language }: { readonly isOwn: boolean; readonly language: Language },
): string {
  const forms = buttons.map(({ action, token }) => {
    const target = token === undefined ? '' : ` action="${escaped(token)}"`;
    return `<form method="post"${target}><button>${escaped(linkLabel(action, language))}</button></form>`;
  });
  return page(language, linkQuestion(buttons[0].action, isOwn, language), forms.join(''));
}

export function resultPage(kind: Exclude<PageKind, 'ask'>, language: Language): string {
  const { title, text } = linkResult(kind, language);
  return page(language, title, `<p>${escaped(text)}</p>`);
}

function page(language: Language, title: string, content: string): string {
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escaped(title)}</title><style>${style}</style></head>`,
    `<body><main><h1>${escaped(title)}</h1>${content}</main></body></html>\n`,
  ].join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
