import { z } from 'zod';
import type { NoticeContent, NoticeFields, VendorDefinition } from '../vendor-definition.ts';
import { fetchObject, fetchPage } from './api.ts';
import { ouraDataType, ouraDataTypes } from './data-types.ts';
import { ouraObjectId } from './document-head.ts';
import { normalizeOura } from './normalize-oura.ts';
import { createOuraSubscriptions } from './subscriptions.ts';

/** Of applications of the developer portal that Oura opened in 2026; older ones keep the addresses of the API's host. */
const portal = 'https://moi.ouraring.com/oauth/v2/ext/oauth';

function isOfPortal(address: string): boolean {
  return new URL(address).pathname.startsWith('/oauth/v2/ext/');
}

const accountSchema = z.object({ id: z.string().min(1).max(256) });

export const oura: VendorDefinition = {
  name: 'oura',
  environment: {
    prefix: 'OURA',
    apiUrl: 'https://api.ouraring.com',
    authorizeUrl: { url: `${portal}-authorize`, below: 'oauth', path: '/oauth/authorize' },
    tokenUrl: { url: `${portal}-token`, below: 'api', path: '/oauth/token' },
    revokeUrl: { url: `${portal}-revoke`, below: 'api', path: '/oauth/revoke' },
  },
  oauth: ({ authorizeUrl }) => ({
    scopes: ['personal'],
    scopePrefix: isOfPortal(authorizeUrl) ? 'extapi:' : '',
  }),
  revocation({ revokeUrl, clientId, clientSecrets }, accessToken) {
    const url = new URL(revokeUrl);
    if (isOfPortal(revokeUrl)) {
      const client = { client_id: clientId, client_secret: clientSecrets[0] ?? '' };
      return { method: 'POST', url, form: { token: accessToken, ...client } };
    }
    url.searchParams.set('access_token', accessToken);
    return { method: 'POST', url };
  },
  account: {
    path: '/v2/usercollection/personal_info',
    idOf: (body) => accountSchema.safeParse(body).data?.id,
  },
  notices: {
    signature: {
      signature: 'x-oura-signature',
      timestamp: 'x-oura-timestamp',
      layout: 'bare',
      encoding: 'hex',
      prefix: ({ timestamp }) => timestamp,
      key: 'text',
    },
    read: readNotice,
  },
  limits: [{ requests: 5_000, windowMs: 300_000 }],
  dataTypes: ouraDataTypes,
  fetchObject,
  fetchPage,
  normalize: (dataType, { json }) => normalizeOura(dataType, json),
  objectId: ouraObjectId,
  subscriptions: {
    eventTypes: ['create', 'update', 'delete'],
    // Oura does not say how long they live.
    renewBeforeMs: 7 * 86_400_000,
    handshake: { token: 'verification_token', challenge: 'challenge' },
    createClient: createOuraSubscriptions,
  },
};

/** Oura has no delivery id: the content of a notice and its time are its identity. */
function readNotice({ required, requiredId, optional }: NoticeFields, signedAt: string): NoticeContent {
  const vendorUserId = required('user_id');
  const dataType = required('data_type');
  const objectId = requiredId('object_id');
  const change = required('event_type');
  return {
    vendorUserId,
    dataType,
    operation: change === 'delete' ? 'delete' : 'upsert',
    objectId,
    identity: [vendorUserId, dataType, objectId, change, optional('event_time') ?? signedAt],
    isKnownType: ouraDataType(dataType)?.shape === 'document',
  };
}
