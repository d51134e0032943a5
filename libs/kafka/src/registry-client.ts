import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { CodedError } from '@bridge/core';
import { fetchSchema } from './fetch-schema.ts';
import { schemaReader, type SchemaReader } from './schema-reader.ts';

/** A JSON Schema under its subject, as contracts derive it. */
export type JsonSubject = {
  readonly subject: string;
  readonly schema: Readonly<Record<string, unknown>>;
  /** A subject that partners may register anything under. */
  readonly partnerSubject?: string;
};

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
  /**
   * Lets a subject take any schema; what lies there stays. A registry that keeps no level for a subject without a schema
   * (Apicurio) takes any as the first one.
   * @throws CodedError `compatibility_level` (permanent), `registry_unavailable` (transient).
   */
  open(subject: string): Promise<void>;
};

/** The client has no timeout of its own. */
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
      const found = await fetchSchema(registryUrl, schemaId, 2 * requestTimeoutMs);
      if (typeof found === 'string') return found;
      try {
        return schemaReader(found);
      } catch {
        // Parsers throw errors of their own, and a schema that one of them cannot read stays so.
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
        const level = COMPATIBILITY.BACKWARD;
        await setLevel({ registryUrl, subject: subject.subject, level, timeoutMs: requestTimeoutMs });
        return registerOnce(registry, subject);
      }
    },
    open: (subject) =>
      setLevel({
        registryUrl,
        subject,
        level: COMPATIBILITY.NONE,
        timeoutMs: requestTimeoutMs,
        orAbsent: true,
      }),
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

type Level = {
  readonly registryUrl: string;
  readonly subject: string;
  readonly level: COMPATIBILITY;
  readonly timeoutMs: number;
  /** A subject that does not exist is no fault. */
  readonly orAbsent?: boolean;
};

async function setLevel({ registryUrl, subject, level, timeoutMs, orAbsent = false }: Level): Promise<void> {
  const url = `${registryUrl.replace(/\/$/, '')}/config/${encodeURIComponent(subject)}`;
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ compatibility: level }),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    throw unavailable(cause);
  });
  if (response.ok || (orAbsent && response.status === 404)) return;
  throw new CodedError(
    'compatibility_level',
    'permanent',
    `${subject}: the registry keeps another compatibility level than ${level} (status ${response.status})`,
  );
}

type Answer = Error & { readonly status: number };

/** Timeouts and refused connections come as answers with status 400. */
function isAnswer(error: unknown): error is Answer {
  return error instanceof Error && error.name === 'ResponseError' && 'status' in error;
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
