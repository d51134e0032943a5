import type { OutgoingMessage } from './message.ts';

type HeaderValue = OutgoingMessage['headers'][string];

/**
 * One buffer for an outbox row: uint32 length of the head, the head as JSON (topic, key and headers in base64), the
 * value's bytes as they are. Byte for byte reversible, because dead letters must leave as they came.
 */
export function packMessage(message: OutgoingMessage): Buffer {
  const head = Buffer.from(
    JSON.stringify({
      topic: message.topic,
      key: message.key === null ? null : base64(message.key),
      headers: Object.entries(message.headers).map(([name, value]) => [name, packHeader(value)]),
      empty: message.value === null,
    }),
  );
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, message.value ?? Buffer.alloc(0)]);
}

export function unpackMessage(packed: Buffer): OutgoingMessage {
  const end = 4 + packed.readUInt32BE(0);
  const head = JSON.parse(packed.toString('utf8', 4, end)) as {
    topic: string;
    key: string | null;
    headers: [string, string | string[]][];
    empty: boolean;
  };
  return {
    topic: head.topic,
    key: head.key === null ? null : Buffer.from(head.key, 'base64'),
    value: head.empty ? null : packed.subarray(end),
    headers: Object.fromEntries(head.headers.map(([name, value]) => [name, unpackHeader(value)])),
  };
}

/** A header can be given more than once. */
function packHeader(value: HeaderValue | undefined): string | string[] {
  return Array.isArray(value) ? value.map(base64) : base64(value ?? '');
}

function unpackHeader(packed: string | string[]): HeaderValue {
  return Array.isArray(packed)
    ? packed.map((one) => Buffer.from(one, 'base64'))
    : Buffer.from(packed, 'base64');
}

function base64(bytes: string | Buffer): string {
  return Buffer.from(bytes).toString('base64');
}
