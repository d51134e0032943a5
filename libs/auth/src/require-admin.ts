import { problem } from '@bridge/service-runtime';
import { type RequestHandler } from 'express';
import { principalOf, type RequireScope } from './require-scope.ts';

/** For everybody's affairs: an admin key that is for some persons only does not pass. */
export function requireAdmin(requireScope: RequireScope): readonly RequestHandler[] {
  return [requireScope('admin'), refuseLimitedKeys];
}

const refuseLimitedKeys: RequestHandler = (_req, res, next) => {
  if (principalOf(res).users === undefined) next();
  else problem(res, { status: 403, detail: 'This needs a key that is not limited to some persons.' });
};
