/** The part of a browser that a sign-in needs: cookies by host, redirects, and the forms of the provider's pages. */
export type Browser = {
  /** Follows redirects to the last answer. */
  open(url: string): Promise<Page>;
  /** Sends the form of a page. */
  submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page>;
};

export type Page = { readonly url: string; readonly status: number; readonly text: string };

const mostRedirects = 20;

/** @param until Stops in front of such an address, whose page has status 0. */
export function createBrowser(until: (url: string) => boolean = () => false): Browser {
  /** Ports share cookies, as they do in a browser; so do paths, which is more than a browser would send. */
  const cookies = new Map<string, string>();

  async function visit(start: string, first: RequestInit = {}): Promise<Page> {
    let url = start;
    let init = first;
    for (let step = 0; step < mostRedirects; step += 1) {
      if (until(url)) return { url, status: 0, text: '' };
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const headers = { accept: 'text/html', cookie, ...(init.headers as Record<string, string>) };
      const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
      for (const set of answer.headers.getSetCookie()) keep(set);
      const location = answer.headers.get('location');
      if (location === null) return { url, status: answer.status, text: await answer.text() };
      await answer.body?.cancel();
      url = new URL(location, url).href;
      init = {};
    }
    throw new Error('The redirects have no end.');
  }

  function keep(set: string): void {
    const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(set) ?? [];
    const isOver = /max-age=0|expires=thu, 01 jan 1970/i.test(set);
    if (isOver || value === '') cookies.delete(name);
    else cookies.set(name, value);
  }

  return {
    open: (url) => visit(url),
    submit({ url, text }, fields) {
      const [, action = url] = /<form[^>]* action="([^"]+)"/.exec(text) ?? [];
      const body = new URLSearchParams(fields).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return visit(new URL(action, url).href, { method: 'POST', body, headers });
    },
  };
}
