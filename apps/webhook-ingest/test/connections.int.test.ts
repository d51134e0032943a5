import { createTestDatabase, randomName, type TestDatabase } from '@bridge/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consent, erase, keyFor, openService, type Service, sessionFor } from './connections-service.ts';
import { launchSim, type Sim } from './connections-sim.ts';

let database: TestDatabase;
let sim: Sim;
let service: Service;
beforeAll(async () => {
  [database, sim] = await Promise.all([createTestDatabase(), launchSim()]);
  service = await openService({ database, simUrl: sim.url });
});
afterAll(async () => {
  await service.close();
  await sim.close();
  await database.close();
});

async function connected(vendor: 'oura' | 'whoop', userId = randomName('user')) {
  const account = await sim.addAccount(vendor);
  const { finish } = await consent(service, { vendor, userId, account });
  const { connection_id: connectionId } = JSON.parse((await finish()).text) as { connection_id: string };
  return { userId, account, connectionId };
}

const jobsOf = (id: string) =>
  service.query<{ task: string; queue: string | null }>(
    `select task_identifier as task, queue_name as queue from graphile_worker.jobs where key like '%' || $1 order by 1`,
    [id],
  );

describe('a consent', () => {
  it.each(['oura', 'whoop'] as const)(
    'at %s becomes a connection with its history on the way',
    async (vendor) => {
      const { userId, account, connectionId } = await connected(vendor);
      const [row] = await service.query<{ state: string; tokens: Buffer; vendor_user: Buffer }>(
        'select state, tokens, vendor_user from ingest.connections where connection_id = $1',
        [connectionId],
      );
      expect(row?.state).toBe('active');
      expect(row?.vendor_user).toEqual(service.vault.userIndex(`${vendor}/${account}`));
      expect(row?.tokens.toString('latin1')).not.toContain('access_token');
      expect(await jobsOf(connectionId)).toEqual([{ task: 'pull_history', queue: connectionId }]);
      expect(await service.tokens.tokenOf(connectionId)).toMatchObject({ kind: 'token' });
      const { text } = await service.ask(`/connections?user_id=${userId}`);
      expect(JSON.parse(text)).toMatchObject({
        connections: [
          {
            connection_id: connectionId,
            user_id: userId,
            vendor,
            state: 'active',
            waiting_notices: 0,
            silences: [],
          },
        ],
        quarantined: [],
        next: null,
      });
    },
  );

  it('takes over the notices that came before it', async () => {
    const account = await sim.addAccount('oura');
    await service.query(
      `insert into ingest.notices (notice_id, vendor, data_type, operation, vendor_user, state, sealed)
       values ('\\x01', 'oura', 'sleep', 'upsert', $1, 'nobody', '\\x00')`,
      [service.vault.userIndex(`oura/${account}`)],
    );
    const { finish } = await consent(service, { vendor: 'oura', userId: randomName('user'), account });
    const { connection_id: id } = JSON.parse((await finish()).text) as { connection_id: string };
    expect(
      await service.query(`select state, connection_id from ingest.notices where notice_id = '\\x01'`),
    ).toEqual([{ state: 'waiting', connection_id: id }]);
    expect((await jobsOf(id)).map(({ task }) => task)).toEqual(['pull_history', 'resolve_notices']);
    await service.query(`update ingest.notices set state = 'nobody', connection_id = null`);
    expect(await service.writes.attachEarlyNotices()).toBe(1);
    expect(await service.writes.attachEarlyNotices()).toBe(0);
  });

  it('that is given again has what waited meanwhile fetched', async () => {
    const { userId, account, connectionId } = await connected('whoop');
    await service.query(`update ingest.connections set state = 'needs_consent' where connection_id = $1`, [
      connectionId,
    ]);
    await service.query(
      `insert into ingest.notices (notice_id, vendor, data_type, operation, vendor_user, connection_id, sealed)
       values ('\\x02', 'whoop', 'sleep', 'upsert', $1, $2, '\\x00')`,
      [service.vault.userIndex(`whoop/${account}`), connectionId],
    );
    await (await consent(service, { vendor: 'whoop', userId, account })).finish();
    const tasks = (await jobsOf(connectionId)).map(({ task }) => task);
    expect(tasks).toEqual(['pull_history', 'resolve_notices']);
  });

  it('works once, for its own vendor, and not without its state', async () => {
    const account = await sim.addAccount('whoop');
    const { back, finish } = await consent(service, { vendor: 'whoop', userId: randomName('user'), account });
    expect((await service.ask(`/connect/oura/callback${back.search}`)).status).toBe(400);
    expect((await finish()).status).toBe(200);
    expect((await finish()).status).toBe(400);
    expect((await service.ask('/connect/whoop/callback?code=x')).status).toBe(400);
    expect((await service.ask('/connect/whoop/callback?code=x&state=%00')).status).toBe(400);
    expect((await service.ask('/connect/garmin/callback')).status).toBe(404);
  });

  it('ends after ten minutes', async () => {
    const account = await sim.addAccount('whoop');
    const { finish } = await consent(service, { vendor: 'whoop', userId: randomName('user'), account });
    await service.query(`update ingest.consents set expires_at = now() - interval '1 second'`);
    const answer = await finish();
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('ten minutes');
  });

  it('can be denied, and a page says so to a browser', async () => {
    const account = await sim.addAccount('oura');
    const person = { vendor: 'oura', userId: randomName('user'), account, more: '&sim_deny=1' };
    const { back } = await consent(service, person);
    const answer = await service.ask(back.pathname + back.search, { headers: { accept: 'text/html' } });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.text).toContain('denied');
  });

  it('with a code that the vendor does not take connects nobody', async () => {
    const account = await sim.addAccount('oura');
    const { back } = await consent(service, { vendor: 'oura', userId: randomName('user'), account });
    back.searchParams.set('code', 'wrong');
    expect((await service.ask(back.pathname + back.search)).status).toBe(400);
  });

  it.each([
    ['no code', 400, (back: URL) => back.searchParams.delete('code')],
    ['an empty code', 400, (back: URL) => back.searchParams.set('code', '')],
    ['two codes', 400, (back: URL) => back.searchParams.append('code', 'other')],
    ['what the library would refuse', 200, (back: URL) => back.searchParams.set('response', 'x')],
  ])(
    'that comes back with %s is answered %i, and uses up no state that it does not end',
    async (_, status, change) => {
      const account = await sim.addAccount('oura');
      const { back } = await consent(service, { vendor: 'oura', userId: randomName('user'), account });
      const changed = new URL(back);
      change(changed);
      expect((await service.ask(changed.pathname + changed.search)).status).toBe(status);
      const { status: finished } = await service.ask(back.pathname + back.search);
      expect(finished).toBe(status === 200 ? 400 : 200);
    },
  );

  it('of an account that another person has is refused, and so is a second account', async () => {
    const { userId, account } = await connected('whoop');
    const other = await consent(service, { vendor: 'whoop', userId: randomName('user'), account });
    expect((await other.finish()).status).toBe(409);
    const second = await consent(service, {
      vendor: 'whoop',
      userId,
      account: await sim.addAccount('whoop'),
    });
    expect((await second.finish()).status).toBe(409);
    const again = await consent(service, { vendor: 'whoop', userId, account });
    expect((await again.finish()).status).toBe(200);
  });

  it('of an account that an erased person had is free', async () => {
    const { userId, account, connectionId } = await connected('oura');
    await erase(database, service.vault.userIndex(userId));
    service.vault.forget([(await service.queries.byId(connectionId))?.subjectId ?? '']);
    const { finish } = await consent(service, { vendor: 'oura', userId: randomName('user'), account });
    expect((await finish()).status).toBe(200);
    expect(await service.queries.byId(connectionId)).toMatchObject({ state: 'disconnected' });
  });

  it('leads back to our own origin only', async () => {
    const begin = (to: string) => service.ask(`/connect/oura?user_id=u&return_to=${encodeURIComponent(to)}`);
    expect((await begin('//evil.example')).status).toBe(422);
    const begun = await begin('/people');
    const { authorize_url } = JSON.parse(begun.text) as { authorize_url: string };
    const account = await sim.addAccount('oura');
    const agreed = await fetch(`${authorize_url}&sim_account=${account}`, { redirect: 'manual' });
    const back = new URL(agreed.headers.get('location') ?? '');
    const answer = await service.ask(back.pathname + back.search);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('http://bridge.test/people');
  });

  it('is begun by redirect for a browser', async () => {
    const answer = await service.ask('/connect/oura?user_id=u', { headers: { accept: '*/*' } });
    expect(answer.status).toBe(303);
    const url = new URL(answer.headers.get('location') ?? '');
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    expect(url.searchParams.get('redirect_uri')).toBe('http://bridge.test/connect/oura/callback');
  });
});

describe('a consent that was begun in a browser', () => {
  async function begunInBrowser() {
    const { location, cookie } = await service.navigate(`/connect/whoop?user_id=${randomName('user')}`);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    const account = await sim.addAccount('whoop');
    const agreed = await fetch(`${location}&sim_account=${account}`, { redirect: 'manual' });
    const back = new URL(agreed.headers.get('location') ?? '');
    const finish = (shown: string) =>
      service.ask(back.pathname + back.search, { headers: shown === '' ? {} : { cookie: shown } });
    return { cookie: cookie.split(';')[0] ?? '', finish };
  }

  it('ends in that browser', async () => {
    const { cookie, finish } = await begunInBrowser();
    expect((await finish(`other=1; ${cookie}`)).status).toBe(200);
  });

  it('is one whose session asks for it, even by a script', async () => {
    const userId = randomName('user');
    const session = await sessionFor(database, userId);
    const begun = await service.ask(`/connect/whoop?user_id=${userId}`, { session });
    const { authorize_url } = JSON.parse(begun.text) as { authorize_url: string };
    const account = await sim.addAccount('whoop');
    const agreed = await fetch(`${authorize_url}&sim_account=${account}`, { redirect: 'manual' });
    const back = new URL(agreed.headers.get('location') ?? '');
    expect((await service.ask(back.pathname + back.search)).status).toBe(403);
  });

  it.each(['', 'bridge_consent=somebody-else'])('does not end in one that shows "%s"', async (shown) => {
    const { cookie, finish } = await begunInBrowser();
    expect((await finish(shown)).status).toBe(403);
    // The state is used up.
    expect((await finish(cookie)).status).toBe(400);
  });
});

describe('a key', () => {
  it('sees and changes its own persons only', async () => {
    const [mine, other] = [await connected('oura'), await connected('oura')];
    const key = await keyFor(database, [mine.userId]);
    const list = await service.ask('/connections', { key });
    expect(JSON.parse(list.text)).toMatchObject({ connections: [{ connection_id: mine.connectionId }] });
    const status = async (path: string, method = 'GET') => (await service.ask(path, { key, method })).status;
    expect(await status(`/connections?user_id=${other.userId}`)).toBe(403);
    expect(await status(`/connections/${other.connectionId}/resync`, 'POST')).toBe(404);
    expect(await status(`/connections/${other.connectionId}`, 'DELETE')).toBe(404);
    expect(await status(`/connect/oura?user_id=${other.userId}`)).toBe(403);
    expect(await status('/connect/oura')).toBe(200);
    expect(await status(`/connections/${mine.connectionId}/resync`, 'POST')).toBe(202);
    expect((await service.ask('/connections', { key: 'wrong' })).status).toBe(401);
    expect((await service.ask('/connect/oura')).status).toBe(422);
    expect((await service.ask('/connections?limit=0')).status).toBe(400);
    expect((await service.ask('/connections/x/resync', { method: 'POST' })).status).toBe(404);
  });

  it('gets all persons in pages', async () => {
    await connected('oura');
    await connected('oura');
    const ids: string[] = [];
    for (let after: string | null = null; ;) {
      const { text } = await service.ask(`/connections?limit=2${after === null ? '' : `&after=${after}`}`);
      const page = JSON.parse(text) as { connections: { connection_id: string }[]; next: string | null };
      ids.push(...page.connections.map(({ connection_id }) => connection_id));
      if (page.next === null) break;
      after = page.next;
    }
    // Erased persons have no key, and nobody can name them.
    const all = await service.query<{ n: number }>(
      'select count(*) n from ingest.connections join keys.subject_keys using (subject_id)',
    );
    expect(new Set(ids).size).toBe(all[0]?.n);
    expect(ids).toHaveLength(all[0]?.n ?? -1);
  });
});

describe('a disconnect', () => {
  const stateOf = async (id: string) =>
    (
      await service.query<{ state: string; has: boolean }>(
        'select state, tokens is not null as has from ingest.connections where connection_id = $1',
        [id],
      )
    )[0];

  it.each(['oura', 'whoop'] as const)('ends the access at %s', async (vendor) => {
    const { connectionId, userId, account } = await connected(vendor);
    const { token } = (await service.tokens.tokenOf(connectionId)) as { token: string };
    const answer = await service.ask(`/connections/${connectionId}`, { method: 'DELETE' });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ state: 'disconnected', revoked: true });
    expect(await stateOf(connectionId)).toEqual({ state: 'disconnected', has: false });
    expect(await service.accountOf(vendor)?.whoIs(token)).toBeUndefined();
    const again = await consent(service, { vendor, userId, account });
    expect((await again.finish()).status).toBe(200);
  });

  it('holds at once while the vendor is down, and a job tells the vendor later', async () => {
    const { connectionId } = await connected('whoop');
    await sim.faults('whoop', { api: 'errors' });
    const answer = await service.ask(`/connections/${connectionId}`, { method: 'DELETE' });
    expect(answer.status).toBe(202);
    expect(await stateOf(connectionId)).toEqual({ state: 'disconnected', has: true });
    expect(await service.tokens.refused(connectionId, '')).toEqual({ kind: 'none', state: 'disconnected' });
    expect((await jobsOf(connectionId)).map(({ task }) => task)).toContain('revoke_access');
    await expect(service.tasks['revoke_access']?.({ connection_id: connectionId })).rejects.toMatchObject({
      retry: 'transient',
    });
    await sim.faults('whoop', { api: 'up' });
    await service.tasks['revoke_access']?.({ connection_id: connectionId });
    expect(await stateOf(connectionId)).toEqual({ state: 'disconnected', has: false });
  });
});
