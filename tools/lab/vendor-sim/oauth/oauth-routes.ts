import { setTimeout as sleep } from 'node:timers/promises';
import {
  fieldsOf,
  html,
  json,
  noAnswer,
  redirect,
  type Answer,
  type Route,
  type SimRequest,
} from '../http/answer.ts';
import type { Account } from '../accounts.ts';
import type { VendorState } from '../vendor-state.ts';
import type { Vendor } from '../vendor.ts';
import type { TokenGrant } from './consents.ts';
import { disorder, refusal, tokenAnswerOf } from './token-manners.ts';

export function ouraOauthRoutes(state: VendorState): Route[] {
  return [
    { method: 'GET', path: '/oauth/authorize', handle: (request) => authorize(state, request) },
    { method: 'POST', path: '/oauth/token', handle: (request) => issueTokensOfOld(state, request) },
    { method: 'POST', path: '/oauth/revoke', handle: (request) => revoke(state, request) },
    // Of the new portal's applications.
    { method: 'GET', path: `${portal}-authorize`, handle: (request) => authorize(state, request) },
    { method: 'POST', path: `${portal}-token`, handle: (request) => issueTokens(state, request) },
    { method: 'POST', path: `${portal}-revoke`, handle: (request) => revoke(state, request) },
  ];
}

export function whoopOauthRoutes(state: VendorState): Route[] {
  return [
    { method: 'GET', path: '/oauth/oauth2/auth', handle: (request) => authorize(state, request) },
    { method: 'POST', path: '/oauth/oauth2/token', handle: (request) => issueTokens(state, request) },
  ];
}

const portal = '/oauth/v2/ext/oauth';
const hangMs = 60_000;

/** The addresses of before the new portal, which know nothing of its applications. */
function issueTokensOfOld(state: VendorState, request: SimRequest): Answer | Promise<Answer> {
  if (!state.faults.get().oldAddressesRefuse) return issueTokens(state, request);
  return json(400, { error: 'invalid_request' });
}

/**
 * Shows the consent page. `sim_account=<id>` in its address approves as that person, `sim_deny=1` denies, and
 * `sim_scopes` approves fewer scopes. `auto=1` approves as the first person without a consent.
 */
function authorize(state: VendorState, { query, path }: SimRequest): Answer {
  const { settings, accounts, consents } = state;
  const redirectUri = query.get('redirect_uri');
  if (query.get('client_id') !== settings.clientId) return html(400, 'Unknown client_id.');
  if (redirectUri === null || !URL.canParse(redirectUri)) return html(400, 'redirect_uri is missing.');
  const returnedState = query.get('state');
  const back = (fields: Record<string, string>) => {
    const url = new URL(redirectUri);
    for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
    if (returnedState !== null) url.searchParams.set('state', returnedState);
    return redirect(url.href);
  };
  if (query.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
  if (query.has('sim_deny')) return back({ error: 'access_denied' });
  const account = chosenAccount(state, query);
  if (!account) return html(200, consentPage(state.vendor, accounts.all(), `${path}?${query.toString()}`));
  const scopes = (query.get('sim_scopes') ?? query.get('scope') ?? '').split(/[ ,]+/).filter(Boolean);
  const challenge = query.get('code_challenge') ?? undefined;
  const code = consents.approve({ account: account.id, scopes, redirectUri, challenge });
  const issuer = path.includes(portal) ? { iss: 'https://moi.ouraring.com/oauth/v2/ext' } : {};
  return back({ code, scope: scopes.join(' '), ...issuer });
}

function chosenAccount(
  { accounts, consents, settings }: VendorState,
  query: URLSearchParams,
): Account | undefined {
  const named = query.get('sim_account');
  if (named !== null) return accounts.find(named);
  if (!settings.autoApprove && !query.has('auto')) return undefined;
  return accounts.all().find(({ id }) => !consents.isConnected(id)) ?? accounts.all()[0];
}

/** Grants `authorization_code` and `refresh_token`. Oura's client may also authenticate with a Basic header. */
async function issueTokens(state: VendorState, request: SimRequest): Promise<Answer> {
  const { consents, faults, stats } = state;
  const { api } = faults.get();
  if (api !== 'up') return api === 'errors' ? json(500, { error: 'server_error' }) : noAnswer;
  const wrong = disorder(faults.get());
  if (wrong === 'hangs') await sleep(hangMs, undefined, { ref: false });
  else if (wrong !== undefined) return wrong;
  const fields = fieldsOf(request);
  if (!isOurClient(state, request, fields)) return json(401, { error: 'invalid_client' });
  switch (fields.get('grant_type') ?? '') {
    case 'authorization_code': {
      const given = { redirectUri: fields.get('redirect_uri'), verifier: fields.get('code_verifier') };
      return tokenAnswer(state, consents.exchange(fields.get('code') ?? '', given));
    }
    case 'refresh_token': {
      const requested = fields.get('scope')?.split(' ').filter(Boolean);
      // WHOOP's clients send `scope=offline`, which requests the same scopes and a new refresh token.
      const narrowed = requested === undefined || requested.join() === 'offline' ? undefined : requested;
      const token = fields.get('refresh_token') ?? '';
      const isDead = faults.get().deadTokens.includes(consents.ownerOf(token) ?? '');
      const granted = isDead ? undefined : consents.refresh(token, narrowed);
      const isLost = granted !== undefined && faults.loseTokenAnswer();
      stats.refresh(isLost ? 'lost' : granted ? 'granted' : 'refused', granted?.account);
      return isLost ? noAnswer : tokenAnswer(state, granted);
    }
    default:
      return json(400, { error: 'unsupported_grant_type' });
  }
}

function tokenAnswer({ faults }: VendorState, granted: TokenGrant | undefined): Answer {
  if (!granted) return refusal(faults.get());
  return { ...tokenAnswerOf(faults.get(), granted.pair), account: granted.account };
}

function isOurClient(
  { vendor, settings }: VendorState,
  { headers }: SimRequest,
  fields: URLSearchParams,
): boolean {
  const { clientId, clientSecret } = settings;
  const [scheme, encoded = ''] = headers.authorization?.split(' ') ?? [];
  if (vendor === 'oura' && scheme?.toLowerCase() === 'basic') {
    const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':');
    return decodeURIComponent(id) === clientId && decodeURIComponent(secret) === clientSecret;
  }
  return fields.get('client_id') === clientId && fields.get('client_secret') === clientSecret;
}

/** Oura's `POST /oauth/revoke?access_token=`; a form with `token` at the new address. */
function revoke({ consents }: VendorState, request: SimRequest): Answer {
  const token = request.query.get('access_token') ?? fieldsOf(request).get('token') ?? '';
  return json(consents.endByToken(token) ? 200 : 400, {});
}

/** One link for each person of the simulator, and one that denies. */
function consentPage(vendor: Vendor, accounts: readonly Account[], address: string): string {
  const link = (more: string, text: string) =>
    `<li><a href="${escaped(`${address.slice(address.lastIndexOf('/') + 1)}&${more}`)}">${escaped(text)}</a></li>`;
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Simulated consent</title>',
    `<h1>Simulated ${vendor}</h1><p>An application asks to read your data. Agree as:</p><ul>`,
    ...accounts.map(({ id, email }) => link(`sim_account=${encodeURIComponent(id)}`, `${email} (${id})`)),
    link('sim_deny=1', 'nobody: refuse'),
    '</ul></html>',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
