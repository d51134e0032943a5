import { mayAccess, principalOf, type Principal, type RequireScope, type Scope } from '@bridge/auth';
import {
  answerBodySchema,
  flatBodySchema,
  parseInWords,
  problemsOf,
  profileBodySchema,
  type Problem,
} from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import type { Express, Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { RecordAccess } from '../../connections/rows/access-log.ts';
import { parseJsonBytes } from '../../documents/domain/parse-json-bytes.ts';
import { answerReceipt } from '../../flat-bodies/routes/answer-receipt.ts';
import type { FlatReceipt } from '../../flat-bodies/receive-flat-body.ts';
import { bodyOf, readBody } from '../../http/read-body.ts';
import type { ChangeProfile } from '../change-profile.ts';
import type { GiveAnswer } from '../give-answer.ts';
import type { LoadProfile } from '../rows/profile-rows.ts';

const { user_id: userIdSchema } = flatBodySchema.shape;

type Deps = {
  readonly requireScope: RequireScope;
  /** 401, 403 or 429 unless the key has the scope; a signed body is none, since it does not cover the path. */
  readonly requireKey: (scope: Scope) => readonly RequestHandler[];
  readonly countOutcome: (source: string) => RequestHandler;
  readonly loadProfile: LoadProfile;
  readonly changeProfile: Pick<ChangeProfile, 'put'>;
  readonly giveAnswer: GiveAnswer;
  readonly recordAccess: RecordAccess;
  readonly now: () => number;
  readonly retentionDays: number;
};

/** `GET, PUT /users/{user_id}/profile` and `POST /users/{user_id}/answers`: only of persons whom the key may access. */
export function mountProfileRoutes(app: Express, deps: Deps): void {
  const { requireScope, requireKey, countOutcome, loadProfile, changeProfile, giveAnswer } = deps;

  app.get('/users/:user_id/profile', requireScope('stream'), async (req, res) => {
    const userId = ownUser(req, res);
    if (userId === undefined) return;
    const found = await loadProfile(userId);
    if (found === undefined) {
      problem(res, { status: 404, detail: 'Nothing is known of this person.' });
      return;
    }
    const { accessor } = principalOf(res);
    const seen = [{ subjectId: found.subjectId, record: found.subjectId }];
    await deps.recordAccess({ accessor, type: 'read', table: 'ingest.profiles', seen });
    res.json(found.profile);
  });

  app.put(
    '/users/:user_id/profile',
    countOutcome('manual'),
    ...requireKey('profile'),
    ...readBody,
    async (req, res) => {
      const given = readDeclaration(req, res, profileBodySchema);
      if (given === undefined) return;
      answerReceipt(res, await changeProfile.put(given.body, senderOf(given)));
    },
  );

  app.post(
    '/users/:user_id/answers',
    countOutcome('manual'),
    ...requireKey('alerts'),
    ...readBody,
    async (req, res) => {
      const given = readDeclaration(req, res, answerBodySchema);
      if (given === undefined) return;
      const { event_id, timestamp, ...answer } = given.body;
      answerReceipt(res, await giveAnswer(answer, senderOf(given, { event_id, timestamp })));
    },
  );

  type Given<Body> = { readonly userId: string; readonly raw: Buffer; readonly body: Body };

  function readDeclaration<Schema extends z.ZodType>(
    req: Request,
    res: Response,
    schema: Schema,
  ): Given<z.output<Schema>> | undefined {
    const userId = ownUser(req, res);
    if (userId === undefined) return undefined;
    const raw = bodyOf(req.body);
    const json = parseJsonBytes(raw);
    if (!json.ok) {
      answerReceipt(res, { kind: 'malformed' });
      return undefined;
    }
    const user = parseInWords(userIdSchema, userId);
    const parsed = parseInWords(schema, json.value);
    if (user.success && parsed.success) return { userId, raw, body: parsed.data };
    const faults = [
      ...(user.error ? problemsOf(user.error).map(inPath) : []),
      ...(parsed.error ? problemsOf(parsed.error) : []),
    ];
    answerReceipt(res, invalid(faults));
    return undefined;
  }

  function senderOf(
    { userId, raw }: Given<unknown>,
    own: {
      readonly event_id?: string | null | undefined;
      readonly timestamp?: string | null | undefined;
    } = {},
  ) {
    return {
      userId,
      clientId: own.event_id ?? undefined,
      timestamp: own.timestamp ?? undefined,
      raw,
      arrivalMs: deps.now(),
      retentionDays: deps.retentionDays,
    };
  }
}

/** The person of the path; undefined after an answer, where the key is not for them. */
function ownUser(req: Request, res: Response): string | undefined {
  const userId = String(req.params['user_id']);
  const principal: Principal = principalOf(res);
  if (mayAccess(principal, userId)) return userId;
  answerReceipt(res, { kind: 'forbidden' });
  return undefined;
}

function inPath({ message }: Problem): Problem {
  return { path: 'user_id', message };
}

function invalid(problems: readonly Problem[]): FlatReceipt {
  return { kind: 'invalid', reason: 'invalid_event', problems };
}
