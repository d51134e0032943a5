import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPolicies } from '@bridge/resilience';
import { silentLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Limit } from '../vendors/vendor-definition.ts';
import { createVendorRequests } from './vendor-requests.ts';

/** Answers with the status that the path names, and says whose limit is used up. The token `ended` is good for nothing. */
let requested = 0;
const vendor = createServer((req, res) => {
  requested += 1;
  const [, status, tier = ''] = (req.url ?? '').split('/');
  const isEnded = req.headers.authorization === 'Bearer ended';
  res.writeHead(isEnded ? 401 : Number(status), {
    'x-ratelimit-tier': tier,
    'x-ratelimit-limit': '5',
    'x-ratelimit-window': '60',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '30',
  });
  res.end('{}');
});
const policies = createPolicies({ metrics: new Registry(), log: silentLog });
beforeAll(() => once(vendor.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => vendor.close());

/** @param attempts Of one request. @param tokens The token that is there, and the one after its refresh. */
async function ask(target: string, { attempts = 1, isDown = false, tokens = ['t', 't'] } = {}) {
  const blocked: number[] = [];
  const adopted: Limit[] = [];
  const limited: number[] = [];
  const [held = '', renewed = ''] = tokens;
  const given = (token: string) => () => Promise.resolve({ kind: 'token', token } as const);
  const requests = createVendorRequests({
    baseUrl: `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`,
    accountPath: '/200/account',
    tokens: { tokenOf: given(held), refused: given(renewed) },
    budget: {
      take: () => Promise.resolve({ isGranted: true }),
      block: (forMs) => Promise.resolve(void blocked.push(forMs)),
      adopt: (limits) => Promise.resolve(void adopted.push(...limits)),
      left: () => Promise.resolve([]),
    },
    breaker: {
      pass: (ask) => ask(),
      limit: (untilMs) => void limited.push(untilMs),
      isDown: () => isDown,
    },
    call: policies.call('vendor', { attempts, backoff: { initialMs: 1, maxMs: 1 } }),
    now: () => 0,
  });
  return { answer: await requests.get('c', target, 'live'), blocked, adopted, limited };
}

const limited = { kind: 'limited', retryAfterMs: 30_000 };
const adopted = [{ requests: 5, windowMs: 60_000 }];

test('the limit of the application holds for all', async () => {
  expect(await ask('/429/application')).toEqual({
    answer: { ...limited, ofAll: true },
    ...{ blocked: [30_000], adopted, limited: [30_000] },
  });
  expect(await ask('/200/application')).toMatchObject({ blocked: [30_000], adopted, limited: [] });
});

test('the limit of one token holds for that person alone', async () => {
  expect(await ask('/429/token')).toEqual({ answer: limited, blocked: [], adopted: [], limited: [] });
  expect(await ask('/200/token')).toMatchObject({ answer: { kind: 'document' }, blocked: [], adopted: [] });
});

test('a fault that the vendor states itself may be of one document', async () => {
  expect((await ask('/500/application')).answer).toMatchObject({ kind: 'unavailable', isFault: true });
});

test('a fault is tried again, but not while the vendor is known to be down: a probe is one request', async () => {
  requested = 0;
  await ask('/500/application', { attempts: 2 });
  expect(requested).toBe(2);
  expect((await ask('/500/application', { attempts: 2, isDown: true })).answer.kind).toBe('unavailable');
  expect(requested).toBe(3);
});

test('a type that is refused while the token is good elsewhere has no scope: nothing is refreshed', async () => {
  expect((await ask('/401/application')).answer).toEqual({ kind: 'refused', status: 403 });
});

test.each([
  ['a type whose scope was not granted has none under the renewed token either', '/401', 'renewed', 403],
  ['a token that is good for nothing although it was renewed ends the consent', '/200', 'ended', 401],
])('%s', async (_, target, renewed, status) => {
  expect((await ask(target, { tokens: ['ended', renewed] })).answer).toEqual({ kind: 'refused', status });
});

test('a token that had ended is renewed, and then there is a document', async () => {
  expect((await ask('/200', { tokens: ['ended', 'renewed'] })).answer.kind).toBe('document');
});
