import { parseInWords, problemsOf } from '@bridge/contracts';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { refuseFields } from '../../http/read-json.ts';

/** The name in the path of something that may be made, or undefined after a 422. */
export function pathName(req: Request, res: Response, schema: z.ZodType<string>): string | undefined {
  const parsed = parseInWords(schema, req.params['name']);
  if (parsed.success) return parsed.data;
  refuseFields(
    res,
    problemsOf(parsed.error).map(({ message }) => ({ path: 'name', message })),
  );
  return undefined;
}
