import { principalOf, type RequireScope } from '@bridge/auth';
import {
  silenceBodySchema,
  silenceStates,
  utc,
  type SilenceDocument,
  type SilenceList,
} from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import type { Express, Request, Response } from 'express';
import { z } from 'zod';
import { cursorParameter, leadOn, limitParameter } from '../../http/page.ts';
import { checkedBody, readJson } from '../../http/read-json.ts';
import { noParameters, readQuery } from '../../http/read-query.ts';
import type { ChangeSilence } from '../change-silence.ts';
import type { Silence } from '../domain/configuration-snapshot.ts';
import type { RecordNamed } from '../named-persons.ts';
import { silencesOnly, silenceState } from '../domain/silence-times.ts';
import type { SilenceReader } from '../read-silences.ts';
import { answerRefusal } from './answer-refusal.ts';

export type SilenceRoutesDeps = {
  readonly requireScope: RequireScope;
  readonly changeSilence: ChangeSilence;
  readonly silences: SilenceReader;
  readonly recordNamed: RecordNamed;
  readonly now: () => number;
};

const listQuery = z.strictObject({
  state: z.enum(silenceStates).default('active'),
  limit: limitParameter,
  cursor: cursorParameter(/^(\d{1,15})\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/),
});

/** `GET, POST /silences` and `GET, DELETE /silences/{id}`: a key that is for some persons silences and sees only those. */
export function mountSilenceRoutes(app: Express, deps: SilenceRoutesDeps): void {
  const { requireScope, changeSilence, silences, now } = deps;

  const recordSeen = (res: Response, seen: readonly Silence[]) =>
    deps.recordNamed(
      { accessor: principalOf(res).accessor, table: 'alerts.silences' },
      seen.map(({ match }) => match),
    );

  app.get('/silences', requireScope('alerts'), async (req, res) => {
    const query = readQuery(req, res, listQuery);
    if (query === undefined) return;
    const { state, limit, cursor: [, beginsAt, silenceId = ''] = [] } = query;
    const { users } = principalOf(res);
    const { page, next: end } = await silences.list({
      state,
      limit,
      after: beginsAt === undefined ? undefined : { beginsAt: Number(beginsAt), silenceId },
      isVisible: ({ match }) => silencesOnly(match, users),
    });
    await recordSeen(res, page);
    const next = end && `${Math.floor(end.beginsAt)}/${end.silenceId}`;
    res.json({
      silences: page.map((silence) => silenceDocument(silence, now())),
      next: leadOn(res, '/silences', { state, limit }, next),
    } satisfies SilenceList);
  });

  app.post('/silences', requireScope('alerts'), ...readJson('1mb'), async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const body = checkedBody(req, res, silenceBodySchema);
    if (body === undefined) return;
    const { users, accessor } = principalOf(res);
    if (!silencesOnly(body.match, users)) {
      const detail =
        'This key may silence only its own persons: name them in match.user_id, in full, and no group.';
      problem(res, { status: 403, detail });
      return;
    }
    const outcome = await changeSilence.begin(body, accessor);
    if (outcome.kind !== 'changed') {
      answerRefusal(res, outcome);
      return;
    }
    res.status(201).setHeader('Location', `/silences/${outcome.value.silenceId}`);
    res.json(silenceDocument(outcome.value, now()));
  });

  app.get('/silences/:silence_id', requireScope('alerts'), async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const silence = await find(req, res);
    if (silence === undefined) return;
    await recordSeen(res, [silence]);
    res.json(silenceDocument(silence, now()));
  });

  app.delete('/silences/:silence_id', requireScope('alerts'), async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const silence = await find(req, res);
    if (silence === undefined) return;
    await changeSilence.end(silence);
    res.status(204).end();
  });

  /** The silence of the path, or undefined after a 404, also for one that this key may not see. */
  async function find(req: Request, res: Response): Promise<Silence | undefined> {
    const silence = await silences.find(String(req.params['silence_id']));
    if (silence !== undefined && silencesOnly(silence.match, principalOf(res).users)) return silence;
    problem(res, { status: 404 });
    return undefined;
  }
}

function silenceDocument(silence: Silence, now: number): SilenceDocument {
  const { silenceId, match, comment, author, beginsAt, endsAt, createdAt } = silence;
  return {
    silence_id: silenceId,
    state: silenceState(silence, now),
    match,
    begins_at: utc(beginsAt),
    ends_at: utc(endsAt),
    comment,
    author,
    created_at: utc(createdAt),
  };
}
