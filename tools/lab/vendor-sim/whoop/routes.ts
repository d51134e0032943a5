import { basicProfile, bodyMeasurement, type Account } from '../accounts.ts';
import { createGuard } from '../guard.ts';
import { json, type Answer, type Route, type SimRequest } from '../http/answer.ts';
import type { VendorState } from '../vendor-state.ts';
import { whoopCollections, type WhoopCollection } from './collections.ts';

const defaultLimit = 10;
const highestLimit = 25;

/** WHOOP's API below `/v2`. */
export function whoopRoutes(state: VendorState): Route[] {
  const guarded = createGuard(state);
  const names = Object.keys(whoopCollections) as WhoopCollection[];
  const lists = names.map((name): Route => {
    const { path, scope } = whoopCollections[name];
    return {
      method: 'GET',
      path,
      handle: guarded([scope], (account, request) => listOf(state, { name, account, request })),
    };
  });

  function single(name: WhoopCollection, path: string): Route {
    const handle = guarded([whoopCollections[name].scope], (account, { params: { id = '' } }) =>
      answerOf(state, { name, account, id }),
    );
    return { method: 'GET', path, handle };
  }
  const sleepOfCycle = guarded(['read:sleep'], (account, { params: { id = '' } }) => {
    const sleeps = state.documentStore.list(account.id, 'sleep', state.now());
    const night = sleeps.find(({ cycle_id, nap }) => String(cycle_id) === id && nap !== true);
    return { ...(night ? json(200, night) : notFound), object: `cycle-sleep/${id}` };
  });
  const end = guarded([], ({ id }) => {
    state.consents.endByAccount(id);
    return { status: 204 };
  });

  return [
    ...lists,
    single('cycle', '/v2/cycle/:id'),
    single('recovery', '/v2/cycle/:id/recovery'),
    { method: 'GET', path: '/v2/cycle/:id/sleep', handle: sleepOfCycle },
    single('sleep', '/v2/activity/sleep/:id'),
    single('workout', '/v2/activity/workout/:id'),
    profileRoute(
      '/v2/user/profile/basic',
      guarded(['read:profile'], (account) => json(200, basicProfile(account))),
    ),
    profileRoute(
      '/v2/user/measurement/body',
      guarded(['read:body_measurement'], (account) => json(200, bodyMeasurement(account))),
    ),
    { method: 'DELETE', path: '/v2/user/access', handle: end },
  ];
}

const notFound = json(404, { message: 'Not Found' });

function profileRoute(path: string, handle: Route['handle']): Route {
  return { method: 'GET', path, handle };
}

type One = { readonly name: WhoopCollection; readonly account: Account; readonly id: string };

function answerOf({ documentStore, now }: VendorState, { name, account, id }: One): Answer {
  const document = documentStore.find(account.id, name, id, now());
  return { ...(document ? json(200, document) : notFound), object: `${name}/${id}` };
}

type ListRequest = {
  readonly name: WhoopCollection;
  readonly account: Account;
  readonly request: SimRequest;
};

/** Newest first; `start` is inclusive, `end` exclusive. */
function listOf(
  { documentStore, now }: VendorState,
  { name, account, request: { query } }: ListRequest,
): Answer {
  const { timeOf } = whoopCollections[name];
  const limit = Number(query.get('limit') ?? defaultLimit);
  const offset = offsetOf(query.get('nextToken'));
  const from = timeIn(query.get('start'), -Infinity);
  const until = timeIn(query.get('end'), Infinity);
  const isAsked = Number.isInteger(limit) && limit >= 1 && limit <= highestLimit;
  if (!isAsked || offset === undefined || Number.isNaN(from) || Number.isNaN(until)) {
    return json(400, { message: 'Bad Request' });
  }
  const found = documentStore
    .list(account.id, name, now())
    .map((document) => ({ document, at: Date.parse(timeOf(document)) }))
    .filter(({ at }) => at >= from && at < until)
    .sort((a, b) => b.at - a.at);
  const end = offset + limit;
  const records = found.slice(offset, end).map(({ document }) => document);
  return json(200, { records, ...(end < found.length && { next_token: `p${end}` }) });
}

function timeIn(text: string | null, otherwise: number): number {
  return text === null ? otherwise : Date.parse(text);
}

function offsetOf(token: string | null): number | undefined {
  if (token === null) return 0;
  return /^p\d+$/.test(token) ? Number(token.slice(1)) : undefined;
}
