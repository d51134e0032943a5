import { generateKeyPairSync, hash, randomBytes, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** How an issuer's next ID token differs from a good one. */
export type Misbehaviour = {
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The token is signed with a key that the issuer does not publish. */
  readonly isForged?: boolean;
  /** Every endpoint but the discovery answers so. */
  readonly status?: number;
};

type Code = { readonly nonce: string; readonly challenge: string; readonly redirectUri: string };

export const client = { clientId: 'bridge', clientSecret: 's3cret/with+signs' };

/** A small OpenID Connect provider that signs in `subject` without asking, and misbehaves when it is told to. */
export async function startIssuer() {
  const codes = new Map<string, Code>();
  let signing = newKey();
  const state = { subject: 'ada@example.test', misbehaviour: {} as Misbehaviour };

  const server = createServer((req, res) => {
    void answer(req, res).catch(() => res.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '', issuer);
    const json = (status: number, body: unknown) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const { status } = state.misbehaviour;
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        json(200, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
          id_token_signing_alg_values_supported: ['RS256'],
        });
        break;
      case '/authorize':
        res.writeHead(302, { location: authorize(url.searchParams) }).end();
        break;
      case '/token':
        if (status !== undefined) res.writeHead(status).end();
        else redeem(new URLSearchParams(await text(req)), req.headers.authorization, json);
        break;
      case '/jwks':
        if (status !== undefined) res.writeHead(status).end();
        else json(200, { keys: [signing.jwk] });
        break;
      default:
        res.writeHead(404).end();
    }
  }

  function authorize(query: URLSearchParams): string {
    const redirectUri = query.get('redirect_uri') ?? '';
    const callback = new URL(redirectUri);
    const code = randomBytes(16).toString('hex');
    codes.set(code, {
      nonce: query.get('nonce') ?? '',
      challenge: query.get('code_challenge') ?? '',
      redirectUri,
    });
    callback.searchParams.set('code', code);
    callback.searchParams.set('state', query.get('state') ?? '');
    return callback.href;
  }

  function redeem(
    body: URLSearchParams,
    authorization: string | undefined,
    json: (status: number, body: unknown) => void,
  ): void {
    const id = encodeURIComponent(client.clientId);
    const basic = Buffer.from(`${id}:${encodeURIComponent(client.clientSecret)}`).toString('base64');
    if (authorization !== `Basic ${basic}`) {
      json(401, { error: 'invalid_client' });
      return;
    }
    const name = body.get('code') ?? '';
    const code = codes.get(name);
    codes.delete(name);
    const challenge = hash('sha256', body.get('code_verifier') ?? '', 'base64url');
    if (code?.challenge !== challenge || code.redirectUri !== body.get('redirect_uri')) {
      json(400, { error: 'invalid_grant' });
      return;
    }
    json(200, { access_token: 'x', token_type: 'bearer', id_token: idToken(code.nonce) });
  }

  function idToken(nonce: string): string {
    const now = Math.floor(Date.now() / 1_000);
    const { claims, isForged = false } = state.misbehaviour;
    const payload = {
      iss: issuer,
      aud: client.clientId,
      sub: state.subject,
      iat: now,
      exp: now + 300,
      nonce,
      ...claims,
    };
    const { jwk, key } = isForged ? { jwk: signing.jwk, key: newKey().key } : signing;
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${part({ alg: 'RS256', typ: 'JWT', kid: jwk.kid })}.${part(payload)}`;
    return `${unsigned}.${sign('sha256', Buffer.from(unsigned), key).toString('base64url')}`;
  }

  return {
    issuer,
    state,
    /** Publishes a new signing key only, as after a leak. */
    rotate: () => (signing = newKey()),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type Issuer = Awaited<ReturnType<typeof startIssuer>>;

function newKey(): { readonly key: KeyObject; readonly jwk: JsonWebKey & { readonly kid: string } } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomBytes(8).toString('hex');
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
  return { key: privateKey, jwk };
}
