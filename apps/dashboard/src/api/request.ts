import { failureOf, type Failure, type ProblemBody } from './failure.ts';

export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly etag: string | undefined }
  | { readonly ok: false; readonly failure: Failure };

type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A path with parameters; those that are undefined or empty are left out. */
export function pathWith(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue;
    const values = typeof value === 'object' ? value : [String(value)];
    for (const one of values) parameters.append(name, one);
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function read<T>(path: string, signal?: AbortSignal): Promise<Answer<T>> {
  return request<T>(path, signal === undefined ? {} : { signal });
}

type Method = 'POST' | 'PUT' | 'DELETE';

export function send<T>(
  method: Method,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<T>> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  return request<T>(path, { method, ...content, headers: { ...type, ...headers } });
}

type RequestOptions = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

async function request<T>(path: string, options: RequestOptions): Promise<Answer<T>> {
  let response: Response;
  try {
    response = await fetch(path, { ...options, headers: { accept: 'application/json', ...options.headers } });
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    return { ok: false, failure: failureOf(undefined) };
  }
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  const body: unknown = isJson ? await response.json().catch(() => undefined) : undefined;
  if (!response.ok) return { ok: false, failure: failureOf(response.status, problemOf(body)) };
  // A page where data was expected: the path is not served by this version.
  if (!isJson && response.status !== 204) return { ok: false, failure: failureOf(404) };
  return { ok: true, value: body as T, etag: response.headers.get('etag') ?? undefined };
}

function problemOf(body: unknown): ProblemBody {
  return typeof body === 'object' && body !== null ? body : {};
}
