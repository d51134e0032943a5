import protobuf from 'protobufjs';
import { decimalOf } from './decimal.ts';

type Json = Readonly<Record<string, unknown>>;

type Convert = (value: Json) => unknown;

/** Google's types as JSON has them; a duration becomes its seconds, which is how a metric would hold it. */
const google: Readonly<Record<string, Convert>> = {
  Timestamp: ({ seconds, nanos }) => {
    const second = new Date(Number(seconds) * 1000).toISOString().slice(0, -5);
    return `${second}.${String(Number(nanos)).padStart(9, '0')}Z`;
  },
  Duration: ({ seconds, nanos }) => Number(seconds) + Number(nanos) / 1e9,
  Struct: ({ fields }) => structOf(fields),
  Value: (value) => valueOf(value),
  ListValue: ({ values }) => listOf(values),
  ...Object.fromEntries(
    ['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map((name) => [
      `${name}Value`,
      ({ value }: Json) => value,
    ]),
  ),
};

/** By full name. */
const wellKnown: ReadonlyMap<string, Convert> = new Map([
  ...Object.entries(google).map(([name, convert]): [string, Convert] => [
    `.google.protobuf.${name}`,
    convert,
  ]),
  [
    '.confluent.type.Decimal',
    ({ value, scale }) => decimalOf(Buffer.from(String(value), 'base64'), Number(scale)),
  ],
]);

/** Plain data of a message, its well-known types turned into what JSON has for them. */
export function withWellKnownTypes(type: protobuf.Type, value: Json): unknown {
  const convert = wellKnown.get(type.fullName);
  if (convert) return convert(value);
  const converted: Record<string, unknown> = { ...value };
  for (const field of type.fieldsArray) {
    const inner = field.resolvedType;
    const given = value[field.name];
    if (!(inner instanceof protobuf.Type) || typeof given !== 'object' || given === null) continue;
    const convertInner = (item: unknown) => withWellKnownTypes(inner, item as Json);
    if (field.map) converted[field.name] = mapped(given as Json, convertInner);
    else converted[field.name] = Array.isArray(given) ? given.map(convertInner) : convertInner(given);
  }
  return converted;
}

function mapped(value: Json, convert: (item: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, convert(item)]));
}

function structOf(fields: unknown): Json {
  return mapped((fields ?? {}) as Json, (item) => valueOf(item as Json));
}

function listOf(values: unknown): unknown[] {
  return ((values ?? []) as Json[]).map(valueOf);
}

function valueOf({ numberValue, stringValue, boolValue, structValue, listValue }: Json): unknown {
  if (structValue) return structOf((structValue as Json).fields);
  if (listValue) return listOf((listValue as Json).values);
  return numberValue ?? stringValue ?? boolValue ?? null;
}
