import { fieldsOf, html, json, noAnswer, redirect, type Answer, type SimRequest } from '../http/answer.ts';
import type { Account } from '../accounts.ts';
import type { VendorState } from '../vendor-state.ts';
import { consentPage } from './consent-page.ts';
import type { TokenGrant } from './consents.ts';

/**
 * The page that asks a person. With `sim_account=<id>` in its address that person says yes, with `sim_deny=1` no, and
 * `sim_scopes` ticks fewer scopes; with `auto=1` the first person without a consent says yes.
 */
export function authorize(state: VendorState, { query, path }: SimRequest): Answer {
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
  return back({ code, scope: scopes.join(' ') });
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

/** `authorization_code` and `refresh_token`. Oura's client may also say who it is in a Basic header. */
export function giveTokens(state: VendorState, request: SimRequest): Answer {
  const { consents, faults, stats } = state;
  const { api } = faults.get();
  if (api !== 'up') return api === 'errors' ? json(500, { error: 'server_error' }) : noAnswer;
  const fields = fieldsOf(request);
  if (!isOurClient(state, request, fields)) return json(401, { error: 'invalid_client' });
  switch (fields.get('grant_type') ?? '') {
    case 'authorization_code': {
      const given = { redirectUri: fields.get('redirect_uri'), verifier: fields.get('code_verifier') };
      return tokenAnswer(consents.exchange(fields.get('code') ?? '', given));
    }
    case 'refresh_token': {
      const requested = fields.get('scope')?.split(' ').filter(Boolean);
      // WHOOP's refresh says `scope=offline`: that asks for the same scopes and for a new refresh token.
      const narrowed = requested === undefined || requested.join() === 'offline' ? undefined : requested;
      const granted = consents.refresh(fields.get('refresh_token') ?? '', narrowed);
      const isLost = granted !== undefined && faults.loseTokenAnswer();
      stats.refresh(isLost ? 'lost' : granted ? 'granted' : 'refused', granted?.account);
      return isLost ? noAnswer : tokenAnswer(granted);
    }
    default:
      return json(400, { error: 'unsupported_grant_type' });
  }
}

function tokenAnswer(granted: TokenGrant | undefined): Answer {
  const headers = { 'cache-control': 'no-store' };
  if (!granted) return json(400, { error: 'invalid_grant' }, headers);
  return { ...json(200, granted.pair, headers), account: granted.account };
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

/** Oura's `POST /oauth/revoke?access_token=`. */
export function revoke({ consents }: VendorState, { query }: SimRequest): Answer {
  return json(consents.endByToken(query.get('access_token') ?? '') ? 200 : 400, {});
}
