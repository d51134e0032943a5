import { principalOf, requireAdmin, type RequireScope } from '@bridge/auth';
import { problem } from '@bridge/service-runtime';
import { type Express } from 'express';
import { z } from 'zod';
import { type RecordAccess } from '../adapters/access-log.ts';
import { type AuditCursor, type LoggedAccess, type ReadAudit } from '../adapters/audit.ts';
import { cursorParameter, leadOn, limitParameter } from './page.ts';
import { readQuery } from './read-query.ts';

type Deps = {
  readonly requireScope: RequireScope;
  readonly readAudit: ReadAudit;
  readonly recordAccess: RecordAccess;
};

const time = z.iso.datetime({ offset: true }).optional();

const auditQuery = z.strictObject({
  user_id: z.string().min(1).max(256).optional(),
  accessor: z.string().min(1).max(300).optional(),
  from: time,
  to: time,
  limit: limitParameter,
  /** Microseconds since 1970, and how many rows of that time were shown. */
  cursor: cursorParameter(/^\d{1,17}\/\d{1,7}$/),
});

/** `GET /audit`: who looked at whom, latest first. It names persons, so that is recorded too, and shown by the next look. */
export function mountAudit(app: Express, { requireScope, readAudit, recordAccess }: Deps): void {
  app.get('/audit', ...requireAdmin(requireScope), async (req, res) => {
    const query = readQuery(req, res, auditQuery);
    if (query === undefined) return;
    const { user_id: userId, accessor, from, to, limit, cursor } = query;
    if (from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to)) {
      problem(res, { status: 400, errors: [{ path: 'from', message: 'must lie before to' }] });
      return;
    }
    const before = cursorOf(cursor);
    const { accesses, next } = await readAudit({ userId, accessor, from, to, before, limit });
    const subjectIds = [...new Set(accesses.flatMap(({ subjectId }) => subjectId ?? []))];
    await recordAccess({ principal: principalOf(res), type: 'list', table: 'phi_access_log', subjectIds });
    res.json({
      accesses: accesses.map(accessDocument),
      next: leadOn(req, res, next && `${next.time}/${next.shown}`),
    });
  });
}

function cursorOf(text: string | undefined): AuditCursor | undefined {
  const [time, shown] = text?.split('/') ?? [];
  return time === undefined ? undefined : { time: Number(time), shown: Number(shown) };
}

function accessDocument({ at, accessor, type, table, userId }: LoggedAccess) {
  return {
    at: at.toISOString(),
    accessor,
    type,
    table,
    ...(userId !== undefined && { user_id: userId }),
  };
}
