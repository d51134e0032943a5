import { plainText } from './table.ts';

export type Question = {
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly body?: unknown;
  /** The sentence for 404: what is missing, and where the right names stand. */
  readonly missing?: string;
};

/** The HTTP API. Every refusal is thrown as one line that says what to do. */
export type HttpApi = {
  /** Returns the JSON of the answer; undefined where it has no body. */
  readonly ask: (method: string, path: string, question?: Question) => Promise<unknown>;
  /** Returns the pages of a list one by one. @param field Where the list stands in the answer. */
  readonly pages: (path: string, field: string, question?: Question) => AsyncGenerator<unknown[]>;
};

const withinMs = 30_000;

/** @param url The edge, or the service itself. */
export function createHttpApi({ url, key }: { readonly url: string; readonly key: string }): HttpApi {
  async function send(method: string, target: URL, { body, missing }: Question) {
    const answer = await fetch(target, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(withinMs),
    }).catch((error: unknown) => {
      throw new Error(unreachable(url, error), { cause: error });
    });
    if (!answer.ok) throw await refusal(answer, missing);
    return answer;
  }

  return {
    async ask(method, path, question = {}) {
      const answer = await send(method, targetOf(url, path, question), question);
      return answer.status === 204 ? undefined : jsonOf(answer);
    },
    async *pages(path, field, question = {}) {
      let target: URL | undefined = targetOf(url, path, question);
      while (target !== undefined) {
        const answer = await send('GET', target, question);
        const list = ((await jsonOf(answer)) as Record<string, unknown> | null)?.[field];
        if (!Array.isArray(list)) throw new Error(otherForm);
        yield list as unknown[];
        target = nextOf(answer, url);
      }
    },
  };
}

/** An answer that is no success, as an error of one line. */
export class HttpRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function refusal(answer: Response, missing?: string): Promise<HttpRefusal> {
  return new HttpRefusal(answer.status, plainText(await refusalOf(answer, missing)));
}

const otherForm = 'The answer has another form than the bridge gives. Check --url.';

export function targetOf(url: string, path: string, { query = {} }: Question): URL {
  const target = new URL(path, url);
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat()) if (one !== undefined) target.searchParams.append(name, String(one));
  return target;
}

/** The next page. Only path and query are taken: the key goes to no other server. */
function nextOf(answer: Response, url: string): URL | undefined {
  const [, link] = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get('link') ?? '') ?? [];
  if (link === undefined) return undefined;
  const { pathname, search } = new URL(link, url);
  return new URL(pathname + search, url);
}

async function jsonOf(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch (error) {
    throw new Error(otherForm, { cause: error });
  }
}

export function unreachable(url: string, error: unknown): string {
  const isLate = error instanceof Error && error.name === 'TimeoutError';
  return isLate
    ? `${url} did not answer within ${withinMs / 1_000} s. Try again.`
    : `${url} cannot be reached. Run npm start, or name the address with --url.`;
}

type ProblemBody = {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
};

async function refusalOf(answer: Response, missing: string | undefined): Promise<string> {
  const { status } = answer;
  const { title, detail, errors = [] } = (await answer.json().catch(() => ({}))) as ProblemBody;
  const said = detail ?? title ?? answer.statusText;
  if (status === 401)
    return 'The key is not valid there. Load .local/env, or set BRIDGE_API_KEY to another one.';
  if (status === 403) return `${said} Set BRIDGE_API_KEY to another key.`;
  if (status === 404) return missing ?? 'That address is not known there. Check --url.';
  if (status === 429 || status === 503) {
    const seconds = answer.headers.get('retry-after');
    return `${status} ${said}${/[.]$/.test(said) ? '' : '.'} Try again${seconds === null ? '' : ` in ${seconds} s`}.`;
  }
  if (errors.length === 0) return `${status} ${said}`;
  return `${said.replace(/[.]$/, '')}: ${errors.map(({ path, message }) => `${path} ${message}`).join('; ')}.`;
}
