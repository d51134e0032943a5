import { mayAccess, principalOf, type RequireScope } from '@bridge/auth';
import { problem } from '@bridge/service-runtime';
import { type Express } from 'express';
import { z } from 'zod';
import { type RecordAccess } from '../adapters/access-log.ts';
import { type People, type Person } from '../adapters/people.ts';
import { notForThisKey } from './requested-users.ts';

type Deps = {
  readonly requireScope: RequireScope;
  readonly people: People;
  readonly recordAccess: RecordAccess;
};

const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
  after: z.uuid().optional(),
});

/** `GET /users` and `GET /users/{user_id}/state`: what a page shows before the stream goes on. */
export function mountPeople(app: Express, { requireScope, people, recordAccess }: Deps): void {
  app.get('/users', requireScope('stream'), async (req, res) => {
    const principal = principalOf(res);
    const page = pageQuery.safeParse(req.query);
    if (!page.success) {
      problem(res, { status: 400, detail: 'limit must be 1 to 1000, after a cursor.' });
      return;
    }
    const { limit, after } = page.data;
    const { people: found, next } =
      principal.users === undefined
        ? await people.list({ after, limit })
        : { people: await people.named(principal.users), next: undefined };
    const subjectIds = found.map(({ subjectId }) => subjectId);
    await recordAccess({ principal, type: 'list', table: 'neuros_checkpoints', subjectIds });
    res.json({ users: found.map(personBody), next: next ?? null });
  });

  app.get('/users/:user_id/state', requireScope('stream'), async (req, res) => {
    const principal = principalOf(res);
    const userId = String(req.params['user_id']);
    if (!mayAccess(principal, userId)) {
      problem(res, notForThisKey);
      return;
    }
    const state = await people.state(userId);
    if (!state) {
      problem(res, { status: 404, detail: 'Nothing is known of this person.' });
      return;
    }
    const subjectIds = [state.subjectId];
    await recordAccess({ principal, type: 'read', table: 'biometric_events', subjectIds });
    res.json({ ...personBody(state), transitions: state.transitions, readings: state.readings });
  });
}

function personBody({ userId, mode, seq, updatedAt }: Person) {
  return { user_id: userId, mode, seq, updated_at: updatedAt };
}
