import { z } from 'zod';
import type { NoticeContent, NoticeFields, VendorDefinition } from '../vendor-definition.ts';
import { fetchObject, fetchPage } from './api.ts';
import { whoopDataType, whoopDataTypes } from './data-types.ts';
import { whoopObjectId } from './document-head.ts';
import { normalizeWhoop } from './normalize-whoop.ts';

const host = 'https://api.prod.whoop.com';

const accountSchema = z.object({ user_id: z.int().transform(String) });

export const whoop: VendorDefinition = {
  name: 'whoop',
  environment: {
    prefix: 'WHOOP',
    apiUrl: `${host}/developer`,
    authorizeUrl: { url: `${host}/oauth/oauth2/auth`, below: 'oauth', path: '/oauth/oauth2/auth' },
    tokenUrl: { url: `${host}/oauth/oauth2/token`, below: 'oauth', path: '/oauth/oauth2/token' },
    revokeUrl: { url: `${host}/developer/v2/user/access`, below: 'api', path: '/v2/user/access' },
  },
  oauth: () => ({
    // Without `offline` there is no refresh token.
    scopes: ['offline', 'read:profile'],
    refreshScope: 'offline',
  }),
  revocation: ({ revokeUrl }) => ({ method: 'DELETE', url: new URL(revokeUrl) }),
  account: {
    path: '/v2/user/profile/basic',
    idOf: (body) => accountSchema.safeParse(body).data?.user_id,
  },
  notices: {
    signature: {
      signature: 'x-whoop-signature',
      timestamp: 'x-whoop-signature-timestamp',
      layout: 'bare',
      encoding: 'base64',
      prefix: ({ timestamp }) => timestamp,
      key: 'text',
    },
    read: readNotice,
  },
  limits: [
    { requests: 100, windowMs: 60_000 },
    { requests: 10_000, windowMs: 86_400_000 },
  ],
  dataTypes: whoopDataTypes,
  fetchObject,
  fetchPage,
  normalize: (dataType, { json, related }) => normalizeWhoop(dataType, json, { sleep: related }),
  objectId: whoopObjectId,
  subscriptions: 'none',
};

/**
 * `type` is `<data type>.updated` or `<data type>.deleted`. One change may send several notices (a sleep and its recovery),
 * so the trace alone is not the identity.
 */
function readNotice({ required, requiredId, optional }: NoticeFields, signedAt: string): NoticeContent {
  const vendorUserId = required('user_id');
  const objectId = requiredId('id');
  const type = required('type');
  const [, dataType = type, change] = /^(\w+)\.(updated|deleted)$/.exec(type) ?? [];
  return {
    vendorUserId,
    dataType,
    operation: change === 'deleted' ? 'delete' : 'upsert',
    objectId,
    identity: [vendorUserId, objectId, type, optional('trace_id') ?? signedAt],
    isKnownType: change !== undefined && whoopDataType(dataType) !== undefined,
  };
}
