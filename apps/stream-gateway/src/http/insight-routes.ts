import { mayAccess, principalOf, type RequireScope } from '@bridge/auth';
import { problem } from '@bridge/service-runtime';
import { type Express } from 'express';
import { z } from 'zod';
import { type RecordAccess } from '../adapters/access-log.ts';
import { type InsightCursor, type LoadInsights } from '../adapters/insights.ts';
import { notForThisKey } from './requested-users.ts';

type Deps = {
  readonly requireScope: RequireScope;
  readonly loadInsights: LoadInsights;
  readonly recordAccess: RecordAccess;
};

/** `12.0`: the decision, and the place among its insights. */
const cursorShape = /^(\d{1,15})\.(\d{1,6})$/;

const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  before: z.string().regex(cursorShape).transform(parseCursor).optional(),
});

/** `GET /users/{user_id}/insights`: findings about a person that switch nothing, latest first. */
export function mountInsights(app: Express, { requireScope, loadInsights, recordAccess }: Deps): void {
  app.get('/users/:user_id/insights', requireScope('stream'), async (req, res) => {
    const principal = principalOf(res);
    const userId = String(req.params['user_id']);
    if (!mayAccess(principal, userId)) {
      problem(res, notForThisKey);
      return;
    }
    const selection = pageQuery.safeParse(req.query);
    if (!selection.success) {
      problem(res, { status: 400, detail: 'limit must be 1 to 500, before a cursor.' });
      return;
    }
    const page = await loadInsights(userId, selection.data);
    if (!page) {
      problem(res, { status: 404, detail: 'Nothing is known of this person.' });
      return;
    }
    await recordAccess({ principal, type: 'read', table: 'insights', subjectIds: [page.subjectId] });
    res.json({ insights: page.insights, next: page.next ? formatCursor(page.next) : null });
  });
}

function formatCursor({ seq, place }: InsightCursor): string {
  return `${seq}.${place}`;
}

function parseCursor(text: string): InsightCursor {
  const [, seq, place] = cursorShape.exec(text) ?? [];
  return { seq: Number(seq), place: Number(place) };
}
