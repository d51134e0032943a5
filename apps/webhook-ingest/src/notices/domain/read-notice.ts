import { rawHash, type Problem } from '@bridge/contracts';
import type { Notice } from './notice.ts';
import type { NoticeFields, VendorDefinition } from '../../vendors/vendor-definition.ts';

type NoticeResult =
  | {
      readonly kind: 'notice';
      readonly notice: Notice;
      /** The same for every delivery of one notice, 64 hex digits. */
      readonly noticeId: string;
      /** We know where the object lies; another one is kept and not fetched. */
      readonly isKnownType: boolean;
    }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

type Reader = Pick<VendorDefinition, 'name' | 'notices'>;

/** Reads a verified webhook body. `signedAt` tells deliveries apart where the body has nothing that does. */
export function readNotice({ name: vendor, notices }: Reader, body: unknown, signedAt: string): NoticeResult {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { kind: 'invalid', problems: [{ path: '', message: 'must be an object' }] };
  }
  const { problems, fields } = createFields(body as Readonly<Record<string, unknown>>);
  const { identity, isKnownType, ...content } = notices.read(fields, signedAt);
  if (problems.length > 0) return { kind: 'invalid', problems };
  const noticeId = rawHash(Buffer.from(JSON.stringify([vendor, ...identity]), 'utf8'));
  return { kind: 'notice', notice: { vendor, ...content }, noticeId, isKnownType };
}

/** Ids and names are text, or integers that JSON gives exactly. */
function createFields(body: Readonly<Record<string, unknown>>): {
  readonly problems: readonly Problem[];
  readonly fields: NoticeFields;
} {
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
    fields: {
      required,
      // As a segment of a path these two would be another path, however they are encoded.
      requiredId(name) {
        const id = required(name);
        if (id === '.' || id === '..') problems.push({ path: name, message: 'must not be . or ..' });
        return id;
      },
      optional: (name) => textOf(body[name]),
    },
  };
}
