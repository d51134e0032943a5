import { mayAccess, type Principal } from '@bridge/auth';
import { type Problem } from '@bridge/service-runtime';

export type RequestedUsers =
  | { readonly ok: true; readonly users: ReadonlySet<string> | undefined }
  | { readonly ok: false; readonly problem: Problem };

const mostUsers = 50;
const longestUserId = 256;

/** Whose frames a caller asks for and may have: `user_id`, once or several times; none means everyone's whom it may see. */
export function requestedUsers(parameter: unknown, principal: Principal): RequestedUsers {
  if (parameter === undefined) return { ok: true, users: principal.users };
  const users = Array.isArray(parameter) ? (parameter as unknown[]) : [parameter];
  if (users.length === 0 || users.length > mostUsers || !users.every(isUserId)) {
    const detail = `user_id must be given 1 to ${mostUsers} times, with 1 to ${longestUserId} characters each.`;
    return { ok: false, problem: { status: 400, detail } };
  }
  if (!users.every((user) => mayAccess(principal, user))) return { ok: false, problem: notForThisKey };
  return { ok: true, users: new Set(users) };
}

export const notForThisKey: Problem = { status: 403, detail: 'This key may not see this person.' };

function isUserId(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= longestUserId;
}
