import { CodedError } from '@bridge/core';
import type { RegisteredSchema } from './schema-reader.ts';

type Reference = { readonly name: string; readonly subject: string; readonly version: number };
type Answer = {
  readonly schema: string;
  readonly schemaType: string;
  readonly references: readonly Reference[];
};

/** Beyond so many schemas behind one nobody waits for the rest. */
const mostReferences = 100;

/**
 * A schema with all that it names, each once, so that one that names itself ends too.
 * @returns `unknown` when the registry has no such id, `unreadable` when it has not all of it.
 * @throws CodedError `registry_unavailable` (transient) when that takes longer than `timeoutMs`.
 */
export async function fetchSchema(
  registryUrl: string,
  schemaId: number,
  timeoutMs: number,
): Promise<RegisteredSchema | 'unknown' | 'unreadable'> {
  const signal = AbortSignal.timeout(timeoutMs);
  const base = registryUrl.replace(/\/$/, '');
  const found = await ask(`${base}/schemas/ids/${schemaId}`, signal);
  if (found === undefined) return 'unknown';
  const references = new Map<string, { name: string; schema: string }>();
  const seen = new Set<string>();
  const collect = async (given: readonly Reference[]): Promise<boolean> => {
    for (const { name, subject, version } of given) {
      const path = `${base}/subjects/${encodeURIComponent(subject)}/versions/${version}`;
      if (seen.has(path)) continue;
      seen.add(path);
      const referenced = seen.size > mostReferences ? undefined : await ask(path, signal);
      if (referenced === undefined || !(await collect(referenced.references))) return false;
      references.set(path, { name, schema: referenced.schema });
    }
    return true;
  };
  if (!(await collect(found.references))) return 'unreadable';
  return { type: found.schemaType, schema: found.schema, references: [...references.values()] };
}

/** Undefined when the registry itself says that it has none. */
async function ask(url: string, signal: AbortSignal): Promise<Answer | undefined> {
  const { status, body } = await answerOf(url, signal);
  if (status === 200 && isAnswer(body)) {
    return { schemaType: 'AVRO', references: [], ...withoutNull(body) };
  }
  // A proxy's or a wrong base path's page must not send messages to the dead letters.
  if (status === 404 && isObject(body) && 'error_code' in body) return undefined;
  throw unavailable(`status ${status}`);
}

async function answerOf(url: string, signal: AbortSignal): Promise<{ status: number; body: unknown }> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, { signal, redirect: 'error' });
      const body = response.headers.get('content-type')?.includes('json') ? await response.json() : null;
      if (response.status < 500 || attempt > 1) return { status: response.status, body };
    } catch (cause) {
      if (signal.aborted || attempt > 1) throw unavailable('no answer', cause);
    }
  }
}

function isAnswer(body: unknown): body is { readonly schema: string } & Partial<Answer> {
  return isObject(body) && typeof body.schema === 'string';
}

/** Registries write null for a list of none. */
function withoutNull<T extends object>(body: T): T {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as T;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function unavailable(reason: string, cause?: unknown): CodedError {
  return new CodedError(
    'registry_unavailable',
    'transient',
    `the schema registry gives no usable answer (${reason})`,
    { cause },
  );
}
