import { randomName } from '@bridge/testing';

/** Registers a partner's schema under a subject of its own and returns its id. */
export async function registerSchema(
  registryUrl: string,
  schema: { readonly schemaType: 'AVRO' | 'PROTOBUF'; readonly schema: string },
): Promise<number> {
  const response = await fetch(`${registryUrl}/subjects/${randomName('partner')}-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(schema),
  });
  if (!response.ok) throw new Error(`the registry refused a schema with ${response.status}`);
  return ((await response.json()) as { id: number }).id;
}

export const partnerAvro = {
  schemaType: 'AVRO',
  schema: JSON.stringify({
    type: 'record',
    name: 'PartnerReading',
    fields: [
      { name: 'user_id', type: 'string' },
      { name: 'event_type', type: 'string' },
      { name: 'timestamp', type: 'string' },
      { name: 'metrics', type: { type: 'map', values: 'double' } },
    ],
  }),
} as const;

export const partnerProtobuf = {
  schemaType: 'PROTOBUF',
  schema: `syntax = "proto3";
    message PartnerReading { string user_id = 1; string event_type = 2; string timestamp = 3; Metrics metrics = 4; }
    message Metrics { double heart_rate = 1; }`,
} as const;

export type PartnerReading = {
  readonly userId: string;
  readonly timestamp: string;
  readonly heartRate: number;
};

/** The payload behind a frame's head. */
export function avroPayload({ userId, timestamp, heartRate }: PartnerReading): Buffer {
  const text = (value: string) => Buffer.concat([varint(2 * value.length), Buffer.from(value)]);
  const map = [varint(2), text('heart_rate'), double(heartRate), varint(0)];
  return Buffer.concat([text(userId), text('heart_rate'), text(timestamp), ...map]);
}

/** Message indexes come first: the place of the message in its file. */
export function protobufPayload(index: number, { userId, timestamp, heartRate }: PartnerReading): Buffer {
  const place = index === 0 ? Buffer.of(0) : Buffer.concat([varint(2), varint(2 * index)]);
  const field = (nr: number, content: Buffer) =>
    Buffer.concat([Buffer.of(nr * 8 + 2), varint(content.length), content]);
  const metrics = Buffer.concat([Buffer.of(9), double(heartRate)]);
  const texts = [userId, 'heart_rate', timestamp].map((text, nr) => field(nr + 1, Buffer.from(text)));
  return Buffer.concat([place, ...texts, field(4, metrics)]);
}

/** A value that names its schema. */
export function framed(schemaId: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(schemaId, 1);
  return Buffer.concat([head, payload]);
}

function varint(value: number): Buffer {
  return value < 0x80
    ? Buffer.of(value)
    : Buffer.concat([Buffer.of(0x80 | (value & 0x7f)), varint(value >> 7)]);
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}
