import type { IncomingHttpHeaders } from 'node:http';

export type SimRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The values of the route's `:names`. */
  readonly params: Readonly<Record<string, string>>;
};

export type Answer = {
  /** 0: the connection is broken off without an answer. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The account and object of the request, for the statistics. */
  readonly account?: string;
  readonly object?: string;
};

export type Handler = (request: SimRequest) => Answer | Promise<Answer>;

export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/v2/cycle/:id`; below the prefix of its vendor. */
  readonly path: string;
  readonly handle: Handler;
};

/** The connection breaks instead. */
export const noAnswer: Answer = { status: 0 };

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

export function html(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

export function redirect(url: string): Answer {
  return { status: 302, headers: { location: url } };
}

/** The fields of a form or of a JSON object; token endpoints take either. */
export function fieldsOf({ headers, body }: SimRequest): URLSearchParams {
  if (!headers['content-type']?.includes('json')) return new URLSearchParams(body);
  const value: unknown = parsedJson(body);
  if (typeof value !== 'object' || value === null) return new URLSearchParams();
  return new URLSearchParams(
    Object.entries(value).map(([name, field]): [string, string] => [name, String(field)]),
  );
}

/** Parses JSON. Returns undefined for any other text. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
