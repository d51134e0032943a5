import { createHash, randomBytes } from 'node:crypto';
import { launchSim, type SimulatedVendor } from './connections-sim.ts';

const paths = {
  oura: { authorize: '/oura/oauth/authorize', token: '/oura/oauth/token' },
  whoop: { authorize: '/whoop/oauth/oauth2/auth', token: '/whoop/oauth/oauth2/token' },
} as const;
const scopes = {
  oura: 'personal daily heartrate workout session spo2 stress heart_health',
  whoop: 'offline read:recovery read:cycles read:workout read:sleep read:profile',
} as const;
const redirectUri = 'http://127.0.0.1:1/callback';

type RequestCounts = Record<string, { count: number; statuses: Record<string, number> }>;

/** The vendor simulator with what tests of pulls do to it and ask it. */
export async function launchPullsSim() {
  const sim = await launchSim();

  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const answer = await fetch(`${sim.url}/sim${path}`, init);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return answer.status === 204 ? undefined : answer.json();
  }

  return {
    ...sim,
    /** Without a notice: the test sends its own. */
    put: (vendor: SimulatedVendor, account: string, collection: string, document: object) =>
      control('POST', '/documents', { vendor, account, collection, document, notify: false }),
    remove: (vendor: SimulatedVendor, account: string, collection: string, id: string) =>
      control('POST', '/removals', { vendor, account, collection, id, notify: false }),
    /** How often each document was asked for. */
    fetches: async (vendor: SimulatedVendor) =>
      ((await control('GET', '/stats/fetches')) as Record<SimulatedVendor, Record<string, number>>)[vendor],
    /** API requests by status. */
    async statuses(vendor: SimulatedVendor): Promise<Record<string, number>> {
      const stats = (await control('GET', '/stats')) as Record<SimulatedVendor, { requests: RequestCounts }>;
      const sums: Record<string, number> = {};
      for (const [route, { statuses }] of Object.entries(stats[vendor].requests)) {
        if (route.includes('/oauth')) continue;
        for (const [status, count] of Object.entries(statuses)) sums[status] = (sums[status] ?? 0) + count;
      }
      return sums;
    },
    async consent(vendor: SimulatedVendor, account: string, scope: string = scopes[vendor]) {
      const code_verifier = randomBytes(32).toString('base64url');
      const address = new URL(sim.url + paths[vendor].authorize);
      const asked = {
        response_type: 'code',
        client_id: `${vendor}-client`,
        redirect_uri: redirectUri,
        scope,
        state: 'state-123',
        auto: '1',
        sim_account: account,
        code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
      const agreed = await fetch(address, { redirect: 'manual' });
      const code = new URL(agreed.headers.get('location') ?? '').searchParams.get('code') ?? '';
      const granted = await fetch(sim.url + paths[vendor].token, {
        method: 'POST',
        body: new URLSearchParams({
          client_id: `${vendor}-client`,
          client_secret: `${vendor}-client-secret`,
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          code_verifier,
        }),
      });
      const tokens = (await granted.json()) as {
        access_token: string;
        refresh_token: string;
        expires_in: number;
      };
      return {
        accessToken: tokens.access_token,
        refreshToken: tokens.refresh_token,
        expiresAt: Date.now() + tokens.expires_in * 1_000,
      };
    },
  };
}
