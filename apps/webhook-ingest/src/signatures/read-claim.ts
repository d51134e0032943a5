import type { SignatureFamily } from './signature-families.ts';

/** The claim of a delivery's headers, not yet believed. */
export type SignatureClaim = {
  /** The signed text in front of the body. */
  readonly prefix: string;
  /** Decoded, each as long as the digest; any of them may match. */
  readonly signatures: readonly Buffer[];
  /** As it was signed. */
  readonly timestamp: string;
};

/** Header values as Node gives them: lower-case names, and an array where a header may come several times. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const longestHeader = 2_048;
const mostSignatures = 10;
/** Of SHA-256. */
const digestBytes = 32;

/** Reads a family's headers; undefined unless they are all there and written as the family writes them. */
export function readClaim(family: SignatureFamily, headers: Headers): SignatureClaim | undefined {
  const header = textOf(headers, family.signature);
  if (header === undefined) return undefined;
  const signatures = writtenIn(family.layout, header)
    .slice(0, mostSignatures)
    .flatMap((one) => decode(family, one) ?? []);
  const timestamp = textOf(headers, family.timestamp);
  if (signatures.length === 0 || timestamp === undefined) return undefined;

  const id = family.id === undefined ? '' : textOf(headers, family.id);
  // A full stop would let the id take over a part of the time or the body.
  if (id === undefined || !/^[\x21-\x2d\x2f-\x7e]{0,256}$/.test(id)) return undefined;
  return { prefix: family.prefix({ timestamp, id }), signatures, timestamp };
}

/** 10 digits are seconds, 13 are milliseconds; undefined for anything else. */
export function timestampMs(text: string): number | undefined {
  if (/^\d{10}$/.test(text)) return Number(text) * 1_000;
  return /^\d{13}$/.test(text) ? Number(text) : undefined;
}

function textOf(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' && value.length <= longestHeader ? value : undefined;
}

function writtenIn(layout: SignatureFamily['layout'], header: string): string[] {
  if (layout === 'bare') return [header];
  return header.split(' ').flatMap((one) => (one.startsWith('v1,') ? one.slice(3) : []));
}

/** Hex in either case; base64 with its padding. Undefined unless it is exactly one digest. */
function decode({ encoding }: SignatureFamily, text: string): Buffer | undefined {
  if (encoding === 'hex') {
    return text.length === digestBytes * 2 && /^[\da-f]+$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length !== Math.ceil(digestBytes / 3) * 4)
    return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === digestBytes ? bytes : undefined;
}
