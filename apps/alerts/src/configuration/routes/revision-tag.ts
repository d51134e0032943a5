import { problem } from '@bridge/service-runtime';
import type { Request, Response } from 'express';

export function setRevisionTag(res: Response, revision: number): void {
  res.setHeader('ETag', `"${revision}"`);
}

/** The revisions that `If-Match` takes; `any` without one, undefined after a 400. */
export function expectedRevisions(req: Request, res: Response): ReadonlySet<number> | 'any' | undefined {
  const header = req.get('if-match')?.trim();
  if (header === undefined || header === '*') return 'any';
  const tags = header.split(',').map((tag) => /^\s*"(\d{1,15})"\s*$/.exec(tag)?.[1]);
  if (tags.length <= 20 && tags.every((tag) => tag !== undefined)) return new Set(tags.map(Number));
  problem(res, {
    status: 400,
    detail: 'If-Match must be * or ETags as this resource gives them, such as "3".',
  });
  return undefined;
}
