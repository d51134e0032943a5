import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { measured } from '../src/documents/domain/measured.ts';
import { observed } from '../src/documents/domain/observed.ts';
import type { SubscriptionClient } from '../src/vendors/subscriptions.ts';
import type { VendorDefinition } from '../src/vendors/vendor-definition.ts';

const night = z.object({ uuid: z.string(), woke_at: z.string(), pulse: z.number(), revision: z.int() });
const points = z.array(z.object({ at: z.string(), bpm: z.number() }));

/** A vendor that does not exist, and that differs from the real ones wherever a definition lets it. */
export const luna: VendorDefinition = {
  name: 'luna',
  environment: {
    prefix: 'LUNA',
    apiUrl: 'https://api.luna.example',
    authorizeUrl: { url: 'https://accounts.luna.example/consent', below: 'oauth', path: '/consent' },
    tokenUrl: { url: 'https://api.luna.example/token', below: 'api', path: '/token' },
    revokeUrl: { url: 'https://api.luna.example/grants/own', below: 'api', path: '/grants/own' },
  },
  oauth: () => ({ scopes: ['me'] }),
  revocation: ({ revokeUrl }) => ({ method: 'DELETE', url: new URL(revokeUrl) }),
  account: { path: '/me', idOf: (body) => z.object({ moon: z.string() }).safeParse(body).data?.moon },
  notices: {
    signature: {
      signature: 'luna-signature',
      timestamp: 'luna-time',
      layout: 'bare',
      encoding: 'hex',
      prefix: ({ timestamp }) => `v7:${timestamp}:`,
      key: 'text',
    },
    read({ required, requiredId }, signedAt) {
      const [vendorUserId, dataType, objectId] = [required('moon'), required('about'), requiredId('uuid')];
      return {
        vendorUserId,
        dataType,
        operation: 'upsert',
        objectId,
        identity: [vendorUserId, dataType, objectId, signedAt],
        isKnownType: dataType === 'night',
      };
    },
  },
  limits: [{ requests: 500, windowMs: 60_000 }],
  dataTypes: {
    night: {
      shape: 'document',
      scope: 'nights',
      collection: '/nights',
      hasNotices: true,
      isWanted: true,
      expectedWithinHours: 60,
    },
    pulse: {
      shape: 'series',
      scope: 'pulse',
      collection: '/pulse',
      hasNotices: false,
      isWanted: true,
      expectedWithinHours: 'irregular',
      readPoints(items) {
        const read = points.safeParse(items);
        if (!read.success) return { points: [], unreadable: items };
        return {
          points: read.data.map((raw) => ({
            metric: 'heart_rate',
            end: raw.at,
            value: raw.bpm,
            unit: '/min',
            raw,
          })),
          unreadable: [],
        };
      },
    },
  },
  fetchObject: (get, dataType, id) =>
    dataType === 'night'
      ? get(`/nights/${encodeURIComponent(id)}`)
      : Promise.resolve({ kind: 'unknown_type' }),
  async fetchPage(get, dataType) {
    const answer = await get(dataType === 'night' ? '/nights' : '/pulse');
    if (answer.kind !== 'document') return answer;
    return { kind: 'page', documents: z.array(z.unknown()).parse(answer.json), next: undefined };
  },
  normalize(dataType, { json }) {
    const read = night.safeParse(json);
    if (dataType !== 'night' || !read.success) return { kind: 'unmapped', reason: 'unknown_type' };
    const { uuid, woke_at, pulse, revision } = read.data;
    return observed({
      objectId: `night/${uuid}`,
      vendorVersion: revision,
      eventType: 'sleep',
      timestamp: woke_at,
      reported: 'sensed',
      readings: measured([{ metric: 'resting_heart_rate', path: 'pulse', value: pulse, unit: '/min' }]),
    });
  },
  objectId: (dataType, id) => `${dataType}/${id}`,
  subscriptions: {
    eventTypes: ['any'],
    renewBeforeMs: 86_400_000,
    handshake: { token: 'luna.token', challenge: 'luna.challenge' },
    createClient: createLunaSubscriptions,
  },
};

const listed = z.object({
  id: z.string(),
  dataType: z.string(),
  eventType: z.string(),
  callbackUrl: z.string(),
  expiresAt: z.number(),
});

function createLunaSubscriptions({
  app,
  callbackUrl,
  request,
}: Parameters<Exclude<VendorDefinition['subscriptions'], 'none'>['createClient']>[0]): SubscriptionClient {
  const ask = async (method: string, path: string, body?: unknown) =>
    (await request({ method, url: new URL(`${app.apiUrl}/hooks${path}`), headers: {}, body })).body;
  return {
    list: async () => z.array(listed).parse(await ask('GET', '')),
    create: async (key) => listed.parse(await ask('POST', '', { ...key, callbackUrl })),
    renew: async (id) => listed.parse(await ask('PUT', `/${id}`)),
    redirect: async ({ id }) => listed.parse(await ask('PUT', `/${id}`, { callbackUrl })),
  };
}

/** A notice as this vendor signs it. */
export function signedNotice(body: object, secret: string) {
  const raw = JSON.stringify(body);
  const time = String(Date.now());
  const signature = createHmac('sha256', secret).update(`v7:${time}:${raw}`).digest('hex');
  return { raw, headers: { 'luna-signature': signature, 'luna-time': time } };
}

/** The vendor's API and consent page, for one account. Whoever calls closes it. */
export async function startLuna(account: string) {
  const nights = new Map<string, object>();
  const pulse: object[] = [];
  const hooks: object[] = [];
  const tokens = { access_token: 'luna-access', refresh_token: 'luna-refresh', token_type: 'bearer' };

  async function answer(request: IncomingMessage, url: URL): Promise<object | undefined> {
    const [, collection, id] = url.pathname.split('/');
    if (collection === 'token') return { ...tokens, expires_in: 3_600 };
    if (collection === 'hooks') {
      if (request.method === 'GET') return hooks;
      const asked = JSON.parse(await text(request)) as object;
      const hook = { id: `hook-${hooks.length}`, expiresAt: Date.now() + 30 * 86_400_000, ...asked };
      hooks.push(hook);
      return hook;
    }
    if (request.headers.authorization !== `Bearer ${tokens.access_token}`) return undefined;
    if (collection === 'me') return { moon: account };
    if (collection === 'nights') return id === undefined ? [...nights.values()] : nights.get(id);
    return collection === 'pulse' ? pulse : undefined;
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://luna.test');
    if (url.pathname === '/consent') {
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', 'luna-code');
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    void answer(request, url).then((body) => {
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    nights,
    pulse,
    hooks,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
