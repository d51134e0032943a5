/** The envelopes in which partners' clients put an event. `nothing` says that a row is gone, which is no event. */
type Unwrapped = { readonly kind: 'body'; readonly body: unknown } | { readonly kind: 'nothing' };

type Fields = Readonly<Record<string, unknown>>;

/** A text in a text in an envelope in an envelope: more is nobody's client. */
const mostEnvelopes = 6;

const nothing = { kind: 'nothing' } as const;

/**
 * Takes a partner's body out of JSON that was encoded twice and out of the envelopes of Kafka Connect, Debezium and
 * structured CloudEvents, in any order. An object that has a `user_id` is an event, whatever else it holds.
 */
export function unwrapMessage(given: unknown): Unwrapped {
  let body = given;
  for (let depth = 0; depth < mostEnvelopes; depth++) {
    if (body === null) return nothing;
    if (typeof body === 'string') {
      const parsed = parseText(body);
      if (parsed === undefined) break;
      body = parsed;
      continue;
    }
    if (!isObject(body) || 'user_id' in body) break;
    const inner = openEnvelope(body);
    if (inner === undefined) break;
    body = inner;
  }
  return isObject(body) ? { kind: 'body', body: withoutMarks(body) } : { kind: 'body', body };
}

/** Undefined when it is no envelope, null when it holds nothing. */
function openEnvelope(body: Fields): unknown {
  if ('payload' in body && 'schema' in body) return fromConnect(body.payload, body.schema) ?? null;
  if (typeof body.op === 'string' && ('after' in body || 'before' in body)) return fromDebezium(body);
  if (typeof body.specversion === 'string') return fromCloudEvent(body);
  return undefined;
}

/** Connect writes decimals as bytes, in base64; only its schema says so. */
function fromConnect(value: unknown, schema: unknown, depth = 0): unknown {
  if (!isObject(schema) || depth > 32) return value;
  if (schema.name === 'org.apache.kafka.connect.data.Decimal' && typeof value === 'string') {
    return decimalOf(value, isObject(schema.parameters) ? Number(schema.parameters.scale) : 0);
  }
  if (Array.isArray(value)) return value.map((item: unknown) => fromConnect(item, schema.items, depth + 1));
  if (!isObject(value)) return value;
  const given = Array.isArray(schema.fields) ? schema.fields.filter(isObject) : [];
  const known = new Map(given.map((field) => [field.field, field]));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      fromConnect(item, known.get(name) ?? schema.values, depth + 1),
    ]),
  );
}

/** A number in two's complement with so many decimal places. One that no float can hold stays as it came. */
function decimalOf(base64: string, scale: number): unknown {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 0 || bytes.length > 32) return base64;
  return Number(`${BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`))}e${-scale}`);
}

/**
 * The row after the change; of a deleted row, its delete. A row that has no version of its own takes the time of its
 * change in the database, which orders its corrections.
 */
function fromDebezium({ op, before, after, source, ts_ms: readAt }: Fields): unknown {
  const isDelete = op === 'd';
  const row = isDelete ? before : after;
  if (!isObject(row)) return row ?? null;
  if (op === 'c' || op === 'r') return row;
  const version = (isObject(source) ? source.ts_ms : undefined) ?? readAt;
  return {
    ...row,
    ...((row.version ?? null) === null || isDelete ? { version } : {}),
    ...(isDelete && { operation: 'delete' }),
  };
}

/** Its `time` stands in for a timestamp that the data lack, its `id` for an identity that they lack. */
function fromCloudEvent({ data, data_base64: base64, time, id }: Fields): unknown {
  let body = typeof base64 === 'string' ? Buffer.from(base64, 'base64').toString() : data;
  if (typeof body === 'string') body = parseText(body) ?? body;
  if (!isObject(body) || (body.timestamp ?? null) !== null) return body ?? null;
  if (typeof time === 'string') return { ...body, timestamp: time };
  return { ...body, event_id: body.event_id ?? id };
}

/** Debezium's flattened rows have the change and its time in fields of the row. */
function withoutMarks(body: Fields): Fields {
  const changedAt = body.__source_ts_ms ?? body.__ts_ms;
  if (body.__deleted === 'true' || body.__deleted === true || body.__op === 'd') {
    return { ...body, operation: 'delete', version: changedAt ?? body.version };
  }
  return body.__op === 'u' ? { ...body, version: body.version ?? changedAt } : body;
}

/** Undefined when the text is not JSON. */
function parseText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A text that is no JSON stays a text, which the schema then refuses by its name.
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
