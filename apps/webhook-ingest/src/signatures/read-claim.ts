import type { SignatureFamily } from './signature-families.ts';

/** What a delivery's headers claim, not yet believed. */
export type SignatureClaim = {
  /** The signed text in front of the body. */
  readonly prefix: string;
  /** Decoded, each as long as the digest; any of them may match. */
  readonly signatures: readonly Buffer[];
  /** As it was signed; undefined where the family has no time. */
  readonly timestamp: string | undefined;
};

/** Header values as Node gives them: lower-case names, and an array where a header may come several times. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const longestHeader = 2_048;
const mostSignatures = 10;
const digestBytes = { sha256: 32, sha1: 20 } as const;

/** Reads a family's headers; undefined unless they are all there and written as the family writes them. */
export function readClaim(family: SignatureFamily, headers: Headers): SignatureClaim | undefined {
  const header = textOf(headers, family.signature);
  if (header === undefined) return undefined;
  const { written, time } = laidOut(family.layout, header);
  const signatures = written.slice(0, mostSignatures).flatMap((one) => decoded(family, one) ?? []);
  if (signatures.length === 0) return undefined;

  const isTimed = family.timestamp !== undefined || family.layout === 't_v1';
  const timestamp = family.timestamp === undefined ? time : textOf(headers, family.timestamp);
  if (isTimed && timestamp === undefined) return undefined;

  const id = family.id === undefined ? '' : textOf(headers, family.id);
  // A full stop would let the id take over a part of the time or the body.
  if (id === undefined || !/^[\x21-\x2d\x2f-\x7e]{0,256}$/.test(id)) return undefined;
  return { prefix: family.prefix({ timestamp: timestamp ?? '', id }), signatures, timestamp };
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

function laidOut(layout: SignatureFamily['layout'], header: string): { written: string[]; time?: string } {
  switch (layout) {
    case 'bare':
      return { written: [header] };
    case 'v1_list':
      return { written: header.split(' ').flatMap((one) => (one.startsWith('v1,') ? one.slice(3) : [])) };
    case 't_v1': {
      const fields = header.split(',').map((one) => one.trim());
      const valuesOf = (name: string) =>
        fields.flatMap((one) => (one.startsWith(`${name}=`) ? one.slice(name.length + 1) : []));
      const [time, ...others] = valuesOf('t');
      return time === undefined || others.length > 0 ? { written: [] } : { written: valuesOf('v1'), time };
    }
  }
}

/** Hex in either case; base64 with its padding. Undefined unless it is exactly one digest. */
function decoded({ encoding, digest }: SignatureFamily, text: string): Buffer | undefined {
  const length = digestBytes[digest];
  if (encoding === 'hex') {
    return text.length === length * 2 && /^[\da-f]+$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length !== Math.ceil(length / 3) * 4) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === length ? bytes : undefined;
}
