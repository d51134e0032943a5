import { personalInfo, type Account } from '../accounts.ts';
import { createGuard } from '../guard.ts';
import { json, type Answer, type Route, type SimRequest } from '../http/answer.ts';
import type { Document } from '../document-store.ts';
import type { VendorState } from '../vendor-state.ts';
import { ouraCollections, type OuraCollection } from './collections.ts';

const dayMs = 86_400_000;
const longestSeriesMs = 30 * dayMs;

/** `/v2/usercollection/…`: lists by date or time, in pages, and single documents. */
export function collectionRoutes(state: VendorState): Route[] {
  const guarded = createGuard(state);
  const collections = Object.entries(ouraCollections).flatMap(([name, collection]): Route[] => {
    const path = `/v2/usercollection/${name}`;
    const list = guarded(collection.scopes, (account, request) =>
      listOf(state, { name, collection, account, request }),
    );
    const one = guarded(collection.scopes, (account, { params: { id = '' } }) => {
      const document = state.documentStore.find(account.id, name, id, state.now());
      return { ...(document ? json(200, document) : notFound), object: `${name}/${id}` };
    });
    const routes: Route[] = [{ method: 'GET', path, handle: list }];
    return collection.listedBy === 'day'
      ? [...routes, { method: 'GET', path: `${path}/:id`, handle: one }]
      : routes;
  });
  const person = guarded(['personal', 'email'], (account) => json(200, personalInfo(account)));
  return [{ method: 'GET', path: '/v2/usercollection/personal_info', handle: person }, ...collections];
}

const notFound = json(404, { detail: 'Not Found' });

type ListRequest = {
  readonly name: string;
  readonly collection: OuraCollection;
  readonly account: Account;
  readonly request: SimRequest;
};

function listOf(state: VendorState, { name, collection, account, request }: ListRequest): Answer {
  const { query } = request;
  const span = collection.listedBy === 'day' ? daySpan(query, state.now()) : timeSpan(query, state.now());
  const offset = offsetOf(query.get('next_token'));
  if (span === undefined || offset === undefined) return json(400, { detail: 'Invalid query.' });
  const { pageSize } = state.settings;
  const keyOf = (document: Document) => sortKey(document, collection);
  const found = state.documentStore
    .list(account.id, name, state.now())
    .filter((document) => isWithin(keyOf(document), span, collection.includesEnd))
    .sort((a, b) => keyOf(a) - keyOf(b));
  const end = offset + pageSize;
  const data = found.slice(offset, end).map((document) => onlyFields(document, query.get('fields')));
  return json(200, { data, next_token: end < found.length ? tokenOf(end) : null });
}

type Span = { readonly from: number; readonly to: number };

/** Without dates: yesterday and today. */
function daySpan(query: URLSearchParams, now: number): Span | undefined {
  const to = dayOf(query.get('end_date') ?? new Date(now).toISOString().slice(0, 10));
  const start = query.get('start_date');
  const from = start === null ? to - dayMs : dayOf(start);
  return from <= to ? { from, to } : undefined;
}

/** Without times: the last day. Longer than 30 days is refused. */
function timeSpan(query: URLSearchParams, now: number): Span | undefined {
  const to = Date.parse(query.get('end_datetime') ?? new Date(now).toISOString());
  const start = query.get('start_datetime');
  const from = start === null ? to - dayMs : Date.parse(start);
  return from <= to && to - from <= longestSeriesMs ? { from, to } : undefined;
}

function isWithin(at: number, { from, to }: Span, includesEnd: boolean): boolean {
  return at >= from && (includesEnd ? at <= to : at < to);
}

/** NaN for what is no date. */
function dayOf(text: string): number {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
}

function sortKey(document: Document, { listedBy }: OuraCollection): number {
  const day = document.day ?? document.start_day ?? document.set_up_at;
  return listedBy === 'day'
    ? dayOf(typeof day === 'string' ? day.slice(0, 10) : '')
    : Date.parse(String(document.timestamp));
}

function onlyFields(document: Document, fields: string | null): Document {
  if (fields === null) return document;
  const wanted = new Set(fields.split(','));
  return Object.fromEntries(Object.entries(document).filter(([name]) => wanted.has(name)));
}

const tokenOf = (offset: number) => Buffer.from(`page:${offset}`).toString('base64url');

function offsetOf(token: string | null): number | undefined {
  if (token === null) return 0;
  const text = /^page:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  return text === undefined ? undefined : Number(text);
}
