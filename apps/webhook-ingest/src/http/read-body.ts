import { problem } from '@bridge/service-runtime';
import express, { type Request, type RequestHandler } from 'express';

const limit = '1mb';
/** curl's `-d` sends the form type by default, and the guides' commands do not set another. */
const types = new Set(['application/json', 'application/x-www-form-urlencoded', '']);
/** A body on each line. */
const lineTypes = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/jsonlines',
  'application/x-jsonlines',
]);

/** 415 for any other content type or charset. */
const checkType: RequestHandler = (req, res, next) => {
  const [type = '', ...parameters] = (req.get('content-type') ?? '').toLowerCase().split(';');
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?(utf-8|us-ascii)"?$/.test(charset);
  if ((types.has(type.trim()) || lineTypes.has(type.trim())) && isUtf8) next();
  else
    problem(res, {
      status: 415,
      detail: 'Send JSON in UTF-8 as application/json, or as application/x-ndjson with a body on each line.',
    });
};

const readAll: RequestHandler = express.raw({ type: () => true, limit });
/** The server itself waits minutes, for uploads of phones to `/webhooks/apple`. */
const readWithinMs = 30_000;

/** The bytes as they came, at most 1 MiB (else 413) within 30 s (else the connection ends): the event keeps their hash. */
export const readRaw: RequestHandler = (req, res, next) => {
  const tooSlow = setTimeout(() => req.destroy(), readWithinMs);
  void readAll(req, res, (error?: unknown) => {
    clearTimeout(tooSlow);
    next(error);
  });
};

/** `readRaw` of what says that it is JSON. */
export const readBody: readonly RequestHandler[] = [checkType, readRaw];

/** Whether the sender says that each line is a body of its own. */
export function hasLines(req: Request): boolean {
  const [type = ''] = (req.get('content-type') ?? '').toLowerCase().split(';');
  return lineTypes.has(type.trim());
}

/** What `readBody` read; empty when the request had no body. */
export function bodyOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}
