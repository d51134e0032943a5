import { principalOf, type RequireScope } from '@bridge/auth';
import { problem } from '@bridge/service-runtime';
import type { RequestHandler } from 'express';

/** Routes, channels with their deliveries, and groups concern everybody: an admin key that is for some persons only may not see them. */
export function requireAdmin(requireScope: RequireScope): readonly RequestHandler[] {
  return [requireScope('admin'), refuseLimitedKeys];
}

const refuseLimitedKeys: RequestHandler = (_req, res, next) => {
  if (principalOf(res).users === undefined) next();
  else problem(res, { status: 403, detail: 'This needs a key that is not limited to some persons.' });
};
