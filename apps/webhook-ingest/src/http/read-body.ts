import { problem } from '@bridge/service-runtime';
import express, { type RequestHandler } from 'express';

const limit = '1mb';
/** curl's `-d` sends the form type by default, and the guides' commands do not set another. */
const types = new Set(['application/json', 'application/x-www-form-urlencoded', '']);

/** 415 for any other content type or charset. */
const checkType: RequestHandler = (req, res, next) => {
  const [type = '', ...parameters] = (req.get('content-type') ?? '').toLowerCase().split(';');
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?(utf-8|us-ascii)"?$/.test(charset);
  if (types.has(type.trim()) && isUtf8) next();
  else problem(res, { status: 415, detail: 'Send JSON in UTF-8 as application/json.' });
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

/** What `readBody` read; empty when the request had no body. */
export function bodyOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}
