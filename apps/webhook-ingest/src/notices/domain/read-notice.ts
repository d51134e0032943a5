import { rawHash, type Problem } from '@bridge/contracts';
import type { Notice } from './notice.ts';
import { ouraDataType } from '../../vendors/oura/data-types.ts';
import type { Vendor } from '../../vendors/vendors.ts';
import { whoopDataType } from '../../vendors/whoop/data-types.ts';

export type ReadNotice =
  | {
      readonly kind: 'notice';
      readonly notice: Notice;
      /** The same for every delivery of one notice, 64 hex digits. */
      readonly noticeId: string;
      /** We know where the object lies; another one is kept and not fetched. */
      readonly isKnownType: boolean;
    }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Reads a verified webhook body. `signedAt` tells deliveries apart where the body has nothing that does. */
export function readNotice(vendor: Vendor, body: unknown, signedAt: string): ReadNotice {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { kind: 'invalid', problems: [{ path: '', message: 'must be an object' }] };
  }
  const fields = createFields(body as Readonly<Record<string, unknown>>);
  const read = vendor === 'oura' ? readOura(fields, signedAt) : readWhoop(fields, signedAt);
  if (fields.problems.length > 0) return { kind: 'invalid', problems: fields.problems };
  const noticeId = rawHash(Buffer.from(JSON.stringify([vendor, ...read.sameness]), 'utf8'));
  return { kind: 'notice', notice: read.notice, noticeId, isKnownType: read.isKnownType };
}

type Read = {
  readonly notice: Notice;
  readonly sameness: readonly string[];
  readonly isKnownType: boolean;
};

/** Oura has no delivery id: what it says, and when, is the notice's identity. */
function readOura({ required, requiredId, optional }: Fields, signedAt: string): Read {
  const vendorUserId = required('user_id');
  const dataType = required('data_type');
  const objectId = requiredId('object_id');
  const change = required('event_type');
  const operation = change === 'delete' ? 'delete' : 'upsert';
  return {
    notice: { vendor: 'oura', vendorUserId, dataType, operation, objectId },
    sameness: [vendorUserId, dataType, objectId, change, optional('event_time') ?? signedAt],
    isKnownType: ouraDataType(dataType)?.shape === 'document',
  };
}

/**
 * `type` is `<what>.updated` or `<what>.deleted`. One change may send several notices (a sleep and its recovery), so the
 * trace alone is not the identity.
 */
function readWhoop({ required, requiredId, optional }: Fields, signedAt: string): Read {
  const vendorUserId = required('user_id');
  const objectId = requiredId('id');
  const type = required('type');
  const [, what = type, change] = /^(\w+)\.(updated|deleted)$/.exec(type) ?? [];
  const operation = change === 'deleted' ? 'delete' : 'upsert';
  return {
    notice: { vendor: 'whoop', vendorUserId, dataType: what, operation, objectId },
    sameness: [vendorUserId, objectId, type, optional('trace_id') ?? signedAt],
    isKnownType: change !== undefined && whoopDataType(what) !== undefined,
  };
}

type Fields = ReturnType<typeof createFields>;

/** Ids and names are text, or integers that JSON gives exactly. */
function createFields(body: Readonly<Record<string, unknown>>) {
  const problems: Problem[] = [];
  const textOf = (value: unknown): string | undefined => {
    if (Number.isSafeInteger(value)) return String(value);
    const isText = typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
    return isText && value !== '' && value.length <= 200 ? value : undefined;
  };
  const required = (name: string): string => {
    const text = textOf(body[name]);
    if (text === undefined) {
      problems.push({ path: name, message: 'must be a text of 1 to 200 characters or a whole number' });
    }
    return text ?? '';
  };
  return {
    problems,
    required,
    /** Of an object, which becomes a segment of a path: these two would be another path, however they are encoded. */
    requiredId: (name: string): string => {
      const id = required(name);
      if (id === '.' || id === '..') problems.push({ path: name, message: 'must not be . or ..' });
      return id;
    },
    optional: (name: string) => textOf(body[name]),
  };
}
