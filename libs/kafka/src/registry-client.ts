import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import protobuf from 'protobufjs';
import { CodedError } from '@bridge/core';
import { schemaReader, type SchemaReader } from './schema-reader.ts';

/** A JSON Schema under its subject, as contracts derive it. */
export type JsonSubject = { readonly subject: string; readonly schema: Readonly<Record<string, unknown>> };

export type RegistryClient = {
  /**
   * How to read values of a schema id; `unknown` when the registry has no such id, `unreadable` when its schema can't be used.
   * @throws CodedError `registry_unavailable` (transient) after at most 2 seconds.
   */
  reader(schemaId: number): Promise<SchemaReader | 'unknown' | 'unreadable'>;
  /**
   * The id under which exactly this schema is registered. Not the latest one: during a deployment that may be a newer producer's.
   * @throws CodedError `schema_not_registered` (permanent), `registry_unavailable` (transient).
   */
  idOf(subject: JsonSubject): Promise<number>;
  /**
   * Registers a schema under BACKWARD compatibility and returns its id; the same schema again returns the same id.
   * @throws CodedError `schema_incompatible`, `compatibility_level` (permanent), `registry_unavailable` (transient).
   */
  register(subject: JsonSubject): Promise<number>;
};

/** The client has no timeout of its own, and it lets later requests for an id wait for the first one. */
const lookupTimeoutMs = 900;

/** All four are given: the client merges them into one object for the whole process. */
const retry = { retries: 1, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: 0.2, factor: 0, multiplier: 1 };

/** Contracts validate; compiling every JSON Schema here would only add drafts that ajv does not know. */
const acceptAll = { addSchema: () => acceptAll, compile: () => Object.assign(() => true, { errors: [] }) };

/**
 * @param registryUrl Base URL of the Confluent-compatible API, for example `http://localhost:8081/apis/ccompat/v7`.
 * @param requestTimeoutMs For each request. `reader`'s two seconds hold for the default.
 */
export function createRegistryClient(
  registryUrl: string,
  requestTimeoutMs: number = lookupTimeoutMs,
): RegistryClient {
  // Else the parser turns `user_id` into `userId`, and no decoded event would match its contract.
  (protobuf.parse as typeof protobuf.parse & { defaults: protobuf.IParseOptions }).defaults.keepCase = true;
  const registry = new SchemaRegistry(
    {
      host: registryUrl.replace(/\/$/, ''),
      retry,
      middlewares: [
        () => ({
          prepareRequest: async (next) => (await next()).enhance({ timeout: requestTimeoutMs }),
        }),
      ],
    },
    { [SchemaType.JSON]: { ajvInstance: acceptAll as never } },
  );

  return {
    async reader(schemaId) {
      try {
        return schemaReader(await registry.getSchema(schemaId));
      } catch (error) {
        if (isNotFound(error)) return 'unknown';
        if (isAnswer(error)) throw unavailable(error);
        return 'unreadable';
      }
    },
    async idOf({ subject, schema }) {
      try {
        return await registry.getRegistryIdBySchema(subject, {
          type: SchemaType.JSON,
          schema: JSON.stringify(schema),
        });
      } catch (error) {
        if (error instanceof Error && error.name === 'ConfluentSchemaRegistryError') {
          throw new CodedError(
            'schema_not_registered',
            'permanent',
            `${subject} does not hold this version's schema: register the schemas first`,
          );
        }
        throw unavailable(error);
      }
    },
    async register(subject) {
      try {
        return await registerOnce(registry, subject);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'ConfluentSchemaRegistryCompatibilityError')
          throw error;
        // Registered before with another level, or without one because the first attempt broke off half way.
        await setBackward(registryUrl, subject.subject, requestTimeoutMs);
        return registerOnce(registry, subject);
      }
    },
  };
}

async function registerOnce(registry: SchemaRegistry, { subject, schema }: JsonSubject): Promise<number> {
  try {
    const compatibility = COMPATIBILITY.BACKWARD;
    const { id } = await registry.register(
      { type: SchemaType.JSON, schema: JSON.stringify(schema) },
      { subject, compatibility },
    );
    return id;
  } catch (error) {
    if (!isAnswer(error)) throw error;
    if (error.status !== 409 && error.status !== 422) throw unavailable(error);
    throw new CodedError(
      'schema_incompatible',
      'permanent',
      `${subject}: the registry refuses this schema (status ${error.status}): it must accept what the last one accepted`,
    );
  }
}

async function setBackward(registryUrl: string, subject: string, timeoutMs: number): Promise<void> {
  const response = await fetch(`${registryUrl.replace(/\/$/, '')}/config/${encodeURIComponent(subject)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ compatibility: COMPATIBILITY.BACKWARD }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) {
    throw new CodedError(
      'compatibility_level',
      'permanent',
      `${subject}: the registry keeps another compatibility level than BACKWARD (status ${response.status})`,
    );
  }
}

type Answer = Error & { readonly status: number };

/** Timeouts and refused connections come as answers with status 400. */
function isAnswer(error: unknown): error is Answer {
  return error instanceof Error && error.name === 'ResponseError' && 'status' in error;
}

/** A registry's own 404 has a message; a proxy's or a wrong base path's page must not send messages to the dead letters. */
function isNotFound(error: unknown): boolean {
  return isAnswer(error) && error.status === 404 && !error.message.includes('Error, status 404');
}

function unavailable(cause: unknown): CodedError {
  const reason = isAnswer(cause) ? `status ${cause.status}` : 'no answer';
  return new CodedError(
    'registry_unavailable',
    'transient',
    `the schema registry gives no usable answer (${reason})`,
    {
      cause,
    },
  );
}
