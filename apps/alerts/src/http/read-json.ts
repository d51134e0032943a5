import { parseInWords, problemsOf } from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';

/** curl's `-d` sends the form type by default. */
const types = new Set(['application/json', 'application/x-www-form-urlencoded', '']);

/** Levels of lists and objects within each other: a schema that refers to itself goes down as deep as the body does. */
const deepest = 64;

/** Reads a JSON body into `req.body`; 415 for another content type, 413 beyond the limit, such as `64kb`. */
export function readJson(limit: string): readonly RequestHandler[] {
  return [checkType, express.json({ limit, strict: false, type: () => true })];
}

const checkType: RequestHandler = (req, res, next) => {
  const [type = ''] = (req.get('content-type') ?? '').toLowerCase().split(';');
  if (types.has(type.trim())) next();
  else problem(res, { status: 415, detail: 'Send JSON in UTF-8 as application/json.' });
};

/** The body, or undefined after a 422 that names the fields at fault. */
export function checkedBody<Schema extends z.ZodType>(
  req: Request,
  res: Response,
  schema: Schema,
): z.output<Schema> | undefined {
  const body: unknown = req.body;
  if (isDeeperThan(body, deepest)) {
    refuseFields(res, [{ path: '', message: `must have at most ${deepest} levels` }]);
    return undefined;
  }
  const parsed = parseInWords(schema, body);
  if (parsed.success) return parsed.data;
  refuseFields(res, problemsOf(parsed.error));
  return undefined;
}

/** 422 with the fields at fault. */
export function refuseFields(
  res: Response,
  problems: readonly { readonly path: string; readonly message: string }[],
): void {
  const errors = problems.map(({ path, message }) => ({ path: path === '' ? '(body)' : path, message }));
  problem(res, { status: 422, detail: 'Fields do not validate.', errors });
}

/** Without recursion, since the body decides how deep it is. */
function isDeeperThan(body: unknown, levels: number): boolean {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
  }
  return false;
}
