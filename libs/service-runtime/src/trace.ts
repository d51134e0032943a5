import { AsyncLocalStorage } from 'node:async_hooks';

/** A source of random bytes, such as `randomBytes` of node:crypto. */
export type RandomBytes = (size: number) => Buffer;

export type Traceparent = { readonly traceId: string; readonly parentId: string; readonly flags: string };

export type Trace = { readonly traceId: string; readonly traceparent: string };

const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const storage = new AsyncLocalStorage<Trace>();

/** Reads a W3C `traceparent` header; undefined when it is missing or malformed. Later versions are read as 00. */
export function parseTraceparent(header: string | undefined): Traceparent | undefined {
  const match = shape.exec(header ?? '');
  if (!match) return undefined;
  const [, version, traceId = '', parentId = '', flags = '', rest] = match;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  return { traceId, parentId, flags };
}

/** Begins a trace. */
export function newTraceparent(randomBytes: RandomBytes): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}

/** A new span in the caller's trace, or a new trace where the caller gave none. */
export function childTraceparent(parent: string | undefined, randomBytes: RandomBytes): string {
  const parsed = parseTraceparent(parent);
  if (!parsed) return newTraceparent(randomBytes);
  return `00-${parsed.traceId}-${randomBytes(8).toString('hex')}-${parsed.flags}`;
}

/** Runs `fn` so that log lines written in it, also after awaits, carry the trace id. */
export function withTrace<T>(traceparent: string, fn: () => T): T {
  const parsed = parseTraceparent(traceparent);
  return parsed ? storage.run({ traceId: parsed.traceId, traceparent }, fn) : fn();
}

export function currentTrace(): Trace | undefined {
  return storage.getStore();
}
