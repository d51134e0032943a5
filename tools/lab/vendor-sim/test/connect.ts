import { createHash, randomBytes } from 'node:crypto';
import type { VendorSim } from '../start-vendor-sim.ts';
import type { Vendor } from '../vendor.ts';

const oauthPaths = {
  oura: { authorize: '/oura/oauth/authorize', token: '/oura/oauth/token' },
  whoop: { authorize: '/whoop/oauth/oauth2/auth', token: '/whoop/oauth/oauth2/token' },
} as const;
const scopes = {
  oura: 'email personal daily heartrate workout tag session spo2',
  whoop: 'offline read:recovery read:cycles read:workout read:sleep read:profile read:body_measurement',
} as const;
const redirectUri = 'http://127.0.0.1:1/callback';

export type Tokens = { readonly access_token: string; readonly refresh_token: string };

/** Where the browser of a person who agrees is sent. */
export async function consent(
  sim: VendorSim,
  vendor: Vendor,
  more: Record<string, string> = {},
): Promise<URL> {
  const address = new URL(sim.url + oauthPaths[vendor].authorize);
  const fields = { response_type: 'code', client_id: `${vendor}-client`, redirect_uri: redirectUri };
  const asked = { ...fields, scope: scopes[vendor], state: 'state-123', auto: '1', ...more };
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  const response = await fetch(address, { redirect: 'manual' });
  return new URL(response.headers.get('location') ?? `status:${response.status}`);
}

/** A form as the vendor's documentation has it. */
export function tokenRequest(
  sim: VendorSim,
  vendor: Vendor,
  fields: Record<string, string>,
): Promise<Response> {
  const client = { client_id: `${vendor}-client`, client_secret: `${vendor}-client-secret` };
  return fetch(sim.url + oauthPaths[vendor].token, {
    method: 'POST',
    body: new URLSearchParams({ ...client, ...fields }),
  });
}

/** The whole way with PKCE, as an application goes it. */
export async function connect(
  sim: VendorSim,
  vendor: Vendor,
  account: string,
  more: Record<string, string> = {},
): Promise<Tokens> {
  const code_verifier = randomBytes(32).toString('base64url');
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const back = await consent(sim, vendor, {
    code_challenge,
    code_challenge_method: 'S256',
    sim_account: account,
    ...more,
  });
  const code = back.searchParams.get('code') ?? '';
  const response = await tokenRequest(sim, vendor, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier,
  });
  return (await response.json()) as Tokens;
}

export function refresh(sim: VendorSim, vendor: Vendor, refresh_token: string): Promise<Response> {
  return tokenRequest(sim, vendor, { grant_type: 'refresh_token', refresh_token });
}
