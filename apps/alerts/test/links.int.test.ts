import { randomBytes } from 'node:crypto';
import type { LiveSubject, Vault } from '@bridge/vault';
import { connectPostgres, type Postgres } from '@bridge/postgres';
import {
  createHttpApp,
  createLogger,
  mountErrors,
  serveHttp,
  type HttpServer,
} from '@bridge/service-runtime';
import { createTestDatabase, silentLog, testMorning } from '@bridge/testing';
import { Registry } from 'prom-client';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LinkAction, LinkStanding } from '../src/actions/links/domain/action-link.ts';
import { linkKey, linkToken } from '../src/actions/links/domain/link-token.ts';
import { mountLinkRoutes, type ActResult } from '../src/actions/links/link-routes.ts';
import type { NewLink } from '../src/actions/links/domain/action-link.ts';
import { insertLinks, loadAnswers, loadLink, spendLink } from '../src/actions/links/rows/link-rows.ts';
import { personOf } from './delivery-world.ts';
import { noneUnreadable, openVault } from './start-alerts.ts';

const key = linkKey('a master key of a test');
const now = testMorning;
const hour = 3_600_000;
/** More than any test but the one about the limit asks for. */
const perMinute = 1_000;

let postgres: Postgres;
let vault: Vault;
let person: LiveSubject;
const linkReader = () => ({ query: postgres.query, vault, noteUnreadable: noneUnreadable });
const closing: { close(): Promise<void> | void }[] = [];

beforeAll(async () => {
  const database = await createTestDatabase();
  postgres = connectPostgres(
    { url: database.urlFor('alerts'), max: 6, applicationName: 'links-test' },
    { log: silentLog, metrics: new Registry() },
  );
  closing.push(database, postgres);
  vault = openVault(postgres.query);
  person = await personOf(vault, 'ada');
});

afterAll(async () => {
  for (const resource of closing.reverse()) await resource.close();
});

function buildLink(given: Partial<NewLink> = {}): NewLink {
  return {
    linkId: randomBytes(16).toString('hex'),
    alertId: 'b'.repeat(32),
    subjectId: person.subjectId,
    action: 'acknowledge',
    channel: 'phone',
    hypothesisId: null,
    sentFor: null,
    expiresAt: now + hour,
    ...given,
  };
}

async function store(...links: NewLink[]) {
  await postgres.transaction((tx) =>
    tx.pipelineAndCommit([insertLinks(links.map((link) => ({ link, person })))]),
  );
}

describe('rows of links', () => {
  test('come back as they went in; the same links again change nothing', async () => {
    const links = [
      buildLink(),
      buildLink({ action: 'answer:exercise', hypothesisId: 'c'.repeat(32), expiresAt: now + 1 }),
      buildLink({ sentFor: { firingSince: now - 61_001, severity: 'warning' } }),
    ];
    await store(...links);
    for (const link of links) await spendLink(postgres.query, link.linkId, now);
    await store(...links);
    for (const link of links) {
      expect(await loadLink(linkReader(), link.linkId)).toEqual({
        ...link,
        spentAt: now,
      });
    }
    expect(await loadLink(linkReader(), 'f'.repeat(32))).toBeUndefined();
  });

  test('hold no answer in plain text: it says how somebody feels', async () => {
    const link = buildLink({ action: 'answer:unwell', hypothesisId: 'c'.repeat(32) });
    await store(link);
    const [row] = await postgres.query<{ text: string }>(
      `select l::text text from alerts.action_links l where link_id = $1`,
      [Buffer.from(link.linkId, 'hex')],
    );
    expect(row?.text).not.toContain('unwell');
    expect(row?.text).not.toContain(Buffer.from('unwell').toString('hex'));
  });

  test('are spent once, by one of many at a time, and never after they expired', async () => {
    const [link, expired] = [buildLink(), buildLink({ expiresAt: now })];
    await store(link, expired);
    const results = await Promise.all(
      Array.from({ length: 5 }, () => spendLink(postgres.query, link.linkId, now)),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await spendLink(postgres.query, expired.linkId, now)).toBe(false);
  });

  test('stay unspent where the action fails', async () => {
    const link = buildLink();
    await store(link);
    const failing = postgres.transaction(async ({ query }) => {
      await spendLink(query, link.linkId, now);
      throw new Error('the action failed');
    });
    await expect(failing).rejects.toThrow();
    expect(await spendLink(postgres.query, link.linkId, now)).toBe(true);
  });
});

describe('pages of links', () => {
  const world = {
    now,
    queries: 0,
    acted: [] as LinkAction[],
    result: 'done' as ActResult['kind'],
    down: false,
    standing: 'current' as LinkStanding,
    isOwn: false,
  };
  let logged = '';
  let server: HttpServer;

  async function serve(limit: number) {
    const destination = new Writable({
      write(chunk: Buffer, _encoding, done) {
        logged += chunk.toString();
        done();
      },
    });
    const log = createLogger({ service: 'test', level: 'debug', destination });
    const app = createHttpApp({ log, metrics: new Registry() });
    mountLinkRoutes(app, {
      key,
      loadLink(linkId) {
        world.queries += 1;
        if (world.down) return Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }));
        return loadLink(linkReader(), linkId);
      },
      standingOf: () => Promise.resolve(world.standing),
      loadAnswers: (link) => loadAnswers(linkReader(), link, world.now),
      isOwn: () => Promise.resolve(world.isOwn),
      async act(link) {
        if (!(await spendLink(postgres.query, link.linkId, world.now))) return { kind: 'already_done' };
        world.acted.push(link.action);
        return { kind: world.result };
      },
      now: () => world.now,
      log,
      perMinute: limit,
    });
    mountErrors(app);
    return serveHttp(app, { host: '127.0.0.1', port: 0 }, log);
  }

  beforeAll(async () => {
    server = await serve(perMinute);
    closing.push(server);
  });

  beforeEach(() => {
    Object.assign(world, {
      ...{ now, queries: 0, acted: [], result: 'done', down: false },
      ...{ standing: 'current', isOwn: false },
    });
  });

  async function follow(token: string, method = 'GET', headers: Record<string, string> = {}) {
    const answer = await fetch(`${server.url}/a/${token}`, { method, headers });
    return { status: answer.status, headers: answer.headers, html: await answer.text() };
  }

  async function storeLink(given: Partial<NewLink> = {}) {
    const link = buildLink(given);
    await store(link);
    return linkToken(key, link.linkId);
  }

  test('a GET shows the button and acts on nothing, however often it is looked at', async () => {
    const token = await storeLink();
    for (const method of ['GET', 'HEAD', 'GET']) {
      const { status, headers, html } = await follow(token, method);
      expect(status).toBe(200);
      expect(html.includes('I will take care of it')).toBe(method === 'GET');
      expect(html).not.toContain(token);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
      expect(headers.get('content-security-policy')).toContain("form-action 'self'");
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-robots-tag')).toBe('noindex');
    }
    expect(world.acted).toEqual([]);
  });

  test('a POST acts once; then the link says that it is done', async () => {
    const token = await storeLink();
    expect(await follow(token, 'POST')).toMatchObject({
      status: 200,
      html: expect.stringContaining('Done') as string,
    });
    const again = { status: 200, html: expect.stringContaining('Already done') as string };
    expect(await follow(token, 'POST')).toMatchObject(again);
    expect(await follow(token)).toMatchObject(again);
    world.now += 2 * hour;
    expect(await follow(token)).toMatchObject(again);
    expect(world.acted).toEqual(['acknowledge']);
  });

  test('of several clicks at a time one acts', async () => {
    const token = await storeLink({ action: 'resolve' });
    const answers = await Promise.all(Array.from({ length: 4 }, () => follow(token, 'POST')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers.filter(({ html }) => html.includes('Already done'))).toHaveLength(3);
    expect(world.acted).toEqual(['resolve']);
  });

  test('a link that was sent for something else offers nothing, and says why', async () => {
    const token = await storeLink();
    world.standing = 'changed';
    const { html } = await follow(token);
    expect(html).toContain('This has changed');
    expect(html).not.toContain('<form');
    world.standing = 'question_over';
    const over = await follow(await storeLink({ action: 'answer:fine', hypothesisId: 'c'.repeat(32) }));
    expect(over.html).toContain('no longer open');
    expect(over.html).not.toContain('<form');
    expect(world.acted).toEqual([]);
  });

  test('the page speaks to the person where the link was sent to them', async () => {
    world.isOwn = true;
    expect((await follow(await storeLink())).html).toContain('Please take a look at how you are');
  });

  test('the link of one answer offers all that were sent with it, and each of them acts', async () => {
    const question = { alertId: 'd'.repeat(32), hypothesisId: 'e'.repeat(32) };
    const answers = ['answer:unwell', 'answer:at_rest', 'answer:fine', 'answer:exercise'] as const;
    const tokens: string[] = [];
    for (const action of answers) tokens.push(await storeLink({ ...question, action }));
    await storeLink({ ...question, action: 'answer:fine', channel: 'other' });
    await storeLink({ ...question, action: 'answer:fine', expiresAt: now });
    const [third = ''] = tokens.slice(2);
    expect((await follow(third)).html.match(/<form/g)).toHaveLength(1);
    const all = /action="([\w-]{43})"><button>(.*?)</g;
    const buttons = [...(await follow(`${third}?answers=all`)).html.matchAll(all)];
    expect(buttons.map(([, , label]) => label)).toEqual([
      'I was at rest',
      'I was moving',
      'I feel fine',
      'I feel unwell',
    ]);
    expect(await follow(buttons[1]?.[1] ?? '', 'POST')).toMatchObject({ status: 200 });
    expect(world.acted).toEqual(['answer:exercise']);
    // Whoever taps another kind of link sees its one button.
    expect((await follow(`${await storeLink(question)}?answers=all`)).html.match(/<form/g)).toHaveLength(1);
  });

  test('an expired link answers 410 to both methods', async () => {
    const token = await storeLink({ expiresAt: now });
    for (const method of ['GET', 'POST']) expect(await follow(token, method)).toMatchObject({ status: 410 });
    expect(world.acted).toEqual([]);
  });

  test('a forged token is unknown without a query; so is one without a row, or without its alert', async () => {
    const forged = linkToken(linkKey('another key'), 'a'.repeat(32));
    for (const token of [forged, 'x', '%00', '..%2f..', '<script>']) {
      const { status, html } = await follow(encodeURI(token), 'POST');
      expect(status).toBe(404);
      expect(html).not.toContain('<script');
    }
    expect(world.queries).toBe(0);
    expect(await follow(linkToken(key, 'a'.repeat(32)))).toMatchObject({ status: 404 });
    world.result = 'missing';
    expect(await follow(await storeLink(), 'POST')).toMatchObject({ status: 404 });
  });

  test('speaks German to who prefers it', async () => {
    const token = await storeLink({ action: 'answer:exercise' });
    const { html } = await follow(token, 'GET', { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' });
    expect(html).toContain('<html lang="de">');
    expect(html).toContain('Ich war in Bewegung');
    expect((await follow(token, 'GET', { 'accept-language': 'fr' })).html).toContain('<html lang="en">');
  });

  test('says what to do while the database is away', async () => {
    const token = await storeLink();
    world.down = true;
    const { status, headers, html } = await follow(token, 'POST');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('60');
    expect(html).toContain('Nothing was done');
  });

  test('another method is refused', async () => {
    expect(await follow(await storeLink(), 'DELETE')).toMatchObject({ status: 405 });
  });

  test('too many requests of one address are refused, and a token is never logged', async () => {
    const token = await storeLink();
    const narrow = await serve(2);
    closing.push(narrow);
    const statuses: number[] = [];
    for (let nr = 0; nr < 3; nr += 1) {
      statuses.push((await fetch(`${narrow.url}/a/${token}`)).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
    expect(logged).toContain('/a/:token');
    expect(logged).not.toContain(token);
  });
});
