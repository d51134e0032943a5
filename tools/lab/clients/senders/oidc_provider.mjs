// A real OpenID Connect provider, `oidc-provider`, that can be told to misbehave. Reads CLIENTS, PORT, REDIRECT_URI, CLIENT_SECRET.
// PUT /misbehave with a JSON object: those claims replace the next ID tokens'; `{}` ends it. A start makes new signing keys.
import { generateKeyPairSync, randomBytes, createPrivateKey, sign } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { CLIENTS, PORT, REDIRECT_URI, CLIENT_SECRET } = process.env;
const require = createRequire(`${CLIENTS}/oidc/package.json`);
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')).href);

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const kid = randomBytes(8).toString('hex');
const jwk = { ...privateKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
let claims = {};

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [{ client_id: 'bridge', client_secret: CLIENT_SECRET, redirect_uris: [REDIRECT_URI] }],
  jwks: { keys: [jwk] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  pkce: { required: () => true },
  // Its own pages for signing in and consent, which the check fills in as a person would.
  features: { devInteractions: { enabled: true } },
  findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
});

provider.use(async (context, next) => {
  if (context.path === '/misbehave' && context.method === 'PUT') {
    const chunks = [];
    for await (const chunk of context.req) chunks.push(chunk);
    claims = JSON.parse(Buffer.concat(chunks).toString());
    context.status = 204;
    return;
  }
  await next();
  const token = context.path === '/token' && context.body?.id_token;
  if (token && Object.keys(claims).length > 0) context.body = { ...context.body, id_token: changed(token) };
});

/** Signed like the token that it replaces. */
function changed(token) {
  const [head, body] = token.split('.');
  const payload = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), ...claims };
  const unsigned = `${head}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`;
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  return `${unsigned}.${sign('sha256', Buffer.from(unsigned), key).toString('base64url')}`;
}

provider.listen(Number(PORT), '127.0.0.1', () => console.log('listening'));
