import {
  isScope,
  masterKeyLabel,
  principalOf,
  requireAdmin,
  scopes,
  type ApiKey,
  type KeyRing,
  type RequireScope,
} from '@bridge/auth';
import { parseInWords, problemsOf } from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import express, { type Express } from 'express';
import { z } from 'zod';
import { type RecordAccess } from '../adapters/access-log.ts';
import { type People } from '../adapters/people.ts';
import { cursorParameter, leadOn, limitParameter } from './page.ts';
import { noParameters, readQuery } from './read-query.ts';

type Deps = {
  readonly requireScope: RequireScope;
  readonly keyRing: KeyRing;
  readonly people: Pick<People, 'subjectIds'>;
  readonly recordAccess: RecordAccess;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
};

const listQuery = z.strictObject({ limit: limitParameter, cursor: cursorParameter(/^key_[0-9a-f]{12}$/) });

const newKey = z.strictObject({
  /** Stands in the audit as `key:<label>`. */
  label: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine((label) => label !== masterKeyLabel && !/\p{C}/u.test(label), 'must be another text'),
  scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
  users: z.array(z.string().min(1).max(256)).min(1).max(1_000).nullish(),
  expires_at: z.iso.datetime({ offset: true }).nullish(),
});

/** `GET, POST /keys` and `DELETE /keys/{key_id}`: API keys, for an admin who may see everybody. */
export function mountKeys(app: Express, deps: Deps): void {
  const { requireScope, keyRing, people, recordAccess, now = Date.now } = deps;
  const admin = requireAdmin(requireScope);

  app.get('/keys', ...admin, async (req, res) => {
    const query = readQuery(req, res, listQuery);
    if (query === undefined) return;
    const { limit, cursor } = query;
    const found = await keyRing.listKeys({ limit: limit + 1, after: cursor });
    const keys = found.slice(0, limit);
    const users = new Set(keys.flatMap((key) => key.users ?? []));
    const subjectIds = (await people.subjectIds(users)).filter((id) => id !== null);
    await recordAccess({ principal: principalOf(res), type: 'list', table: 'auth.api_keys', subjectIds });
    const end = found.length > limit ? keys.at(-1)?.keyId : undefined;
    res.json({ keys: keys.map(keyDocument), next: leadOn(req, res, end) });
  });

  app.post('/keys', ...admin, express.json({ limit: '512kb' }), async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const parsed = parseInWords(newKey, req.body ?? {});
    if (!parsed.success) {
      const errors = problemsOf(parsed.error).map(({ path, message }) => ({
        path: path || '(body)',
        message,
      }));
      problem(res, { status: 422, detail: 'Fields do not validate.', errors });
      return;
    }
    const { label, expires_at } = parsed.data;
    const expiresAt = expires_at == null ? undefined : new Date(expires_at);
    if (expiresAt !== undefined && expiresAt.getTime() <= now()) {
      const errors = [{ path: 'expires_at', message: 'must lie ahead' }];
      problem(res, { status: 422, detail: 'Fields do not validate.', errors });
      return;
    }
    const users = parsed.data.users ?? undefined;
    const granted = [...new Set(parsed.data.scopes)].filter(isScope);
    const { keyId, key, createdAt } = await keyRing.createKey({ label, scopes: granted, users, expiresAt });
    const created: ApiKey = {
      keyId,
      label,
      scopes: granted,
      users,
      createdAt,
      expiresAt,
      revokedAt: undefined,
      lastUsedAt: undefined,
    };
    res.status(201).setHeader('Location', `/keys/${keyId}`);
    res.json({ ...keyDocument(created), key });
  });

  app.delete('/keys/:key_id', ...admin, async (req, res) => {
    if (await keyRing.revokeKey(String(req.params['key_id']))) res.status(204).end();
    else problem(res, { status: 404, detail: 'There is no active key with this id.' });
  });
}

function keyDocument(key: ApiKey) {
  const time = (at: Date | undefined) => at?.toISOString() ?? null;
  return {
    key_id: key.keyId,
    label: key.label,
    scopes: key.scopes,
    users: key.users ?? null,
    created_at: key.createdAt.toISOString(),
    expires_at: time(key.expiresAt),
    revoked_at: time(key.revokedAt),
    last_used_at: time(key.lastUsedAt),
  };
}
