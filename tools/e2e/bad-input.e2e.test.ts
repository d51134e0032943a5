import { createKeyRing } from '@bridge/auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from './database.ts';
import { getFromEdge, newUser, postEvent } from './system.ts';

const database: Database = connectDatabase();
let keyForOne = '';
let keyToWatch = '';

beforeAll(async () => {
  const keys = createKeyRing(database);
  keyForOne = (await keys.createKey({ label: 'e2e', scopes: ['ingest'], users: ['e2e_only_me'] })).key;
  keyToWatch = (await keys.createKey({ label: 'e2e', scopes: ['stream'] })).key;
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

/** Stands for a person's data: it must come back in no answer. */
const canary = 'canary_4d1f';
const user = newUser();

type Problem = {
  readonly status: number;
  readonly title: string;
  readonly errors?: { path: string; message: string }[];
};

async function refusal(response: Response): Promise<Problem> {
  const text = await response.text();
  expect(text).not.toContain(canary);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return JSON.parse(text) as Problem;
}

describe('bad input', () => {
  it.each([
    ['malformed JSON', 400, `{"user_id": "${canary}", `, {}],
    ['JSON that is no object', 422, `["${canary}"]`, {}],
    ['a wrong key', 401, { user_id: user, hrv_rmssd: 40 }, { key: `${canary}-not-a-key` }],
    ['no key', 401, { user_id: user, hrv_rmssd: 40 }, { key: '' }],
    ['a webhook nobody offers', 404, { user_id: user }, { path: `/webhooks/${canary}` }],
    ['a body of 2 MB', 413, { user_id: user, note: 'x'.repeat(2_000_000) }, {}],
    ['another content type', 415, `<user>${canary}</user>`, { type: 'text/xml' }],
    ['a value that is no number', 422, { user_id: user, event_id: 'a', hrv_rmssd: canary }, {}],
    ['a metric nobody knows', 422, { user_id: user, event_id: 'a', mood: 3 }, {}],
    ['neither id nor time', 422, { user_id: user, hrv_rmssd: 40 }, {}],
  ] as const)('%s is refused with %i', async (_, status, body, options) => {
    const response = await postEvent(body, options);
    expect(response.status).toBe(status);
    expect(await refusal(response)).toMatchObject({ status });
  });

  it("a key for one person is refused another's events with 403, and takes that person's", async () => {
    const body = { event_id: newUser(), hrv_rmssd: 40 };
    const refused = await postEvent({ ...body, user_id: canary }, { key: keyForOne });
    expect(refused.status).toBe(403);
    await refusal(refused);
    expect((await postEvent({ ...body, user_id: 'e2e_only_me' }, { key: keyForOne })).status).toBe(202);
  });

  it('a key without the scope is refused with 403', async () => {
    const response = await postEvent({ user_id: user, event_id: 'a', hrv_rmssd: 40 }, { key: keyToWatch });
    expect(response.status).toBe(403);
    await refusal(response);
  });

  it('every field that does not validate is listed, by name alone', async () => {
    const body = {
      user_id: user,
      event_id: 'a',
      hrv_rmssd: canary,
      readiness_score: canary,
      timestamp: 'today',
    };
    const { errors = [] } = await refusal(await postEvent(body));
    expect(errors.map(({ path }) => path)).toEqual(expect.arrayContaining(['hrv_rmssd', 'readiness_score']));
  });

  it('an unknown route is answered with 404', async () => {
    const response = await getFromEdge(`/nothing/${canary}`);
    expect(response.status).toBe(404);
    await refusal(response);
  });

  it.each(['/metrics', '/ready', '/live'])('%s of a service is not on the public origin', async (path) => {
    expect((await getFromEdge(path)).status).toBe(404);
  });
});
