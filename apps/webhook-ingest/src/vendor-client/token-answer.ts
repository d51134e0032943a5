import { z } from 'zod';

/**
 * A token endpoint's answer, whatever its form: what the person's token or code is worth, or that nobody knows.
 * `client`: the vendor does not take our own registration.
 */
export type TokenAnswer =
  | { readonly kind: 'tokens'; readonly body: TokenBody }
  | { readonly kind: 'refused' | 'client' | 'unclear'; readonly status: number; readonly error: string };

type TokenBody = {
  readonly access_token: string;
  readonly token_type: 'bearer';
  readonly refresh_token?: string;
  readonly expires_in?: number;
  readonly scope?: string;
};

/** About the application, and so about everybody's tokens. */
const ofClient = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
  'unsupported_grant_type',
  'unsupported_response_type',
]);
/** The vendor will know better later. */
const ofMoment = new Set(['server_error', 'temporarily_unavailable', 'slow_down', 'rate_limited']);

const textField = z.string().min(1);
const errorSchema = z.object({ error: z.string().regex(/^[\w.-]{1,64}$/) });
const secondsField = z
  .number()
  .positive()
  .max(10 * 365 * 86_400);
const scopesField = z.union([textField, z.array(textField).transform((scopes) => scopes.join(' '))]);

/**
 * Reads leniently: `null`, empty and odd fields count as absent, since only the access token is needed. Refusals come as
 * `invalid_grant` and as `invalid_request`, as plain text, as HTML, and with status 200.
 */
export function readTokenAnswer(status: number, text: string): TokenAnswer {
  const json = parsed(text);
  const error = errorSchema.safeParse(json).data?.error;
  const isOk = status >= 200 && status < 300;
  if (isOk && error === undefined) {
    const body = tokenBody(json);
    return body === undefined ? { kind: 'unclear', status, error: 'unreadable' } : { kind: 'tokens', body };
  }
  const isRefusal = isOk || status === 400 || status === 401 || status === 403;
  const stated = error ?? 'none';
  if (!isRefusal || ofMoment.has(stated)) return { kind: 'unclear', status, error: stated };
  return { kind: ofClient.has(stated) ? 'client' : 'refused', status, error: stated };
}

function tokenBody(json: unknown): TokenBody | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const read = <T>(name: string, schema: z.ZodType<T>) =>
    schema.safeParse(Object.hasOwn(json, name) ? (Reflect.get(json, name) as unknown) : undefined).data;
  const access_token = read('access_token', textField);
  if (access_token === undefined) return undefined;
  const refresh_token = read('refresh_token', textField);
  const expires_in = read(
    'expires_in',
    z.union([secondsField, textField.transform(Number).pipe(secondsField)]),
  );
  const scope = read('scope', scopesField);
  return {
    access_token,
    token_type: 'bearer',
    ...(refresh_token !== undefined && { refresh_token }),
    ...(expires_in !== undefined && { expires_in }),
    ...(scope !== undefined && { scope }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // HTML or plain text: only the status speaks.
    return undefined;
  }
}
