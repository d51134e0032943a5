import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';
import { messagesInText, type MessagePlace } from './protobuf-order.ts';

/** A schema file: its text, or its descriptor in base64, as Python, .NET, Go and JavaScript register it. */
export type ProtobufFile = { readonly name: string; readonly schema: string };

/** A file whose types are resolved. */
export type ProtobufSchema = {
  readonly root: protobuf.Root;
  readonly packageName: string;
  /** The file's messages in their order, map entries among them. */
  readonly messages: readonly MessagePlace[];
};

/** Google's own files, which nobody registers. */
const googleFiles = ['any', 'duration', 'empty', 'field_mask', 'struct', 'timestamp', 'wrappers'].map(
  (name) => `google/protobuf/${name}.proto`,
);
const decimalFile = 'confluent/type/decimal.proto';
const wellKnownFiles = [...googleFiles, decimalFile];

/** Its content. Confluent's clients contain the file and do not register it. */
const confluentTypes = `syntax = "proto3"; package confluent.type;
  message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }`;

type DescriptorMessage = {
  readonly name: string;
  readonly nestedType?: readonly DescriptorMessage[];
  readonly options?: { readonly mapEntry?: boolean } | null;
};
type DescriptorFile = {
  readonly package?: string;
  readonly syntax?: string;
  readonly messageType: readonly DescriptorMessage[];
  readonly enumType: readonly object[];
};

/**
 * @param imports The files that it imports, in the order in which they depend on each other.
 * @throws Error when a file can't be parsed or names a type that none of them has.
 */
export function loadProtobuf(schema: string, imports: readonly ProtobufFile[]): ProtobufSchema {
  const root = new protobuf.Root();
  for (const name of googleFiles) root.addJSON(protobuf.common.get(name)?.nested ?? {});
  protobuf.parse(confluentTypes, root);
  for (const file of imports) if (!wellKnownFiles.includes(file.name)) addFile(root, file.schema);
  const added = addFile(root, schema);
  root.resolveAll();
  return { root, ...added };
}

function addFile(root: protobuf.Root, schema: string): Omit<ProtobufSchema, 'root'> {
  const file = descriptorOf(schema);
  if (file === undefined) {
    const { package: packageName = '' } = protobuf.parse(schema, root, { keepCase: true });
    return { packageName, messages: messagesInText(schema) };
  }
  const { package: packageName = '', messageType, enumType, syntax } = file;
  const namespace = packageName === '' ? root : root.define(packageName);
  for (const message of messageType) {
    const type = fromDescriptor(protobuf.Type, message, syntax);
    restoreMaps(type, message);
    namespace.add(type);
  }
  for (const one of enumType) namespace.add(fromDescriptor(protobuf.Enum, one, syntax));
  return { packageName, messages: messageType.map(placeOf) };
}

/** A descriptor has a map field as a list of entries, and the library leaves it so. */
function restoreMaps(type: protobuf.Type, { nestedType = [] }: DescriptorMessage): void {
  for (const message of nestedType) {
    const inner = type.nested?.[message.name];
    if (!(inner instanceof protobuf.Type)) continue;
    restoreMaps(inner, message);
    const { key, value } = inner.fields;
    const list = type.fieldsArray.find((field) => field.type.split('.').at(-1) === message.name);
    if (message.options?.mapEntry !== true || !key || !value || !list) continue;
    type.remove(list);
    type.add(new protobuf.MapField(list.name, list.id, key.type, value.type));
  }
}

/** The extension adds these methods without typing them. */
function fromDescriptor<T>(type: abstract new (...args: never) => T, part: unknown, syntax: unknown): T {
  const extended = type as unknown as { fromDescriptor(part: unknown, edition: unknown): T };
  return extended.fromDescriptor(part, syntax === 'editions' ? '2023' : (syntax ?? 'proto2'));
}

/** Undefined for text: base64 has neither spaces nor semicolons, and a schema has both. */
function descriptorOf(schema: string): DescriptorFile | undefined {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(schema)) return undefined;
  return descriptor.FileDescriptorProto.decode(Buffer.from(schema, 'base64')) as unknown as DescriptorFile;
}

function placeOf({ name, nestedType = [], options }: DescriptorMessage): MessagePlace {
  return { name, isMapEntry: options?.mapEntry === true, nested: nestedType.map(placeOf) };
}
