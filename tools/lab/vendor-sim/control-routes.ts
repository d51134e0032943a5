import { z } from 'zod';
import { json, parsedJson, type Answer, type Handler, type Route, type SimRequest } from './http/answer.ts';
import { createFaultBox, type FaultSettings } from './faults.ts';
import type { Subscriptions } from './oura/subscriptions.ts';
import type { VendorParts } from './vendor-parts.ts';
import { vendors, type Vendor } from './vendor.ts';

const vendor = z.enum(vendors);
const notify = z.boolean().default(true);
const oneOrMore = <T extends z.ZodType>(one: T) => z.union([z.array(one), one.transform((value) => [value])]);

const account = z.strictObject({ vendor, id: z.string().optional(), email: z.string().optional() });
const changes = oneOrMore(
  z.strictObject({
    vendor,
    account: z.string(),
    collection: z.string(),
    document: z.record(z.string(), z.unknown()),
    notify,
  }),
);
const removals = oneOrMore(
  z.strictObject({ vendor, account: z.string(), collection: z.string(), id: z.string(), notify }),
);
const notices = oneOrMore(
  z.strictObject({
    vendor,
    account: z.string(),
    dataType: z.string(),
    objectId: z.string(),
    event: z.enum(['create', 'update', 'delete']).default('update'),
  }),
);
const webhook = z.strictObject({ vendor, url: z.url() });
const ending = z.strictObject({ vendor, account: z.string(), what: z.enum(['consent', 'access']) });
const faults = z.partialRecord(vendor, z.record(z.string(), z.unknown()));

type Parts = Readonly<Record<Vendor, VendorParts>>;

type Surroundings = {
  readonly parts: Parts;
  readonly addWebhook: (vendor: Vendor, url: string) => void;
  readonly subscriptions: Subscriptions;
};

/** The routes below `/sim`, with which a test acts as a person, a device or a broken network. README.md lists them. */
export function controlRoutes({ parts, addWebhook, subscriptions }: Surroundings): Route[] {
  return [
    get('/live', () => ({ status: 'live' })),
    ...documentRoutes(parts),
    post('/webhooks', webhook, ({ vendor: name, url }) => {
      addWebhook(name, url);
      return noContent;
    }),
    get('/subscriptions', () => subscriptions.all()),
    post('/endings', ending, ({ vendor: name, account: id, what }) => {
      const { consents } = parts[name].state;
      if (what === 'consent') consents.endByAccount(id);
      else consents.expireAccess(id);
      return noContent;
    }),
    ...faultRoutes(parts),
    get('/stats', () => ofEach(parts, ({ state }) => state.stats.get())),
    get('/stats/fetches', () => ofEach(parts, ({ state }) => state.stats.fetches())),
    remove('/stats', () => {
      ofEach(parts, ({ state }) => state.stats.reset());
      return noContent;
    }),
  ];
}

function documentRoutes(parts: Parts): Route[] {
  return [
    get('/accounts', () => ofEach(parts, ({ state }) => state.accounts.all())),
    post('/accounts', account, ({ vendor: name, id, email }) =>
      json(201, parts[name].state.accounts.add({ ...(id && { id }), ...(email && { email }) })),
    ),
    post('/documents', changes, (given) => {
      for (const { vendor: name, ...change } of given) parts[name].documents.put(change);
      return json(202, { changed: given.length });
    }),
    post('/removals', removals, (given) => {
      const removed = given.filter(({ vendor: name, ...removal }) => parts[name].documents.remove(removal));
      return json(202, { removed: removed.length });
    }),
    post('/notices', notices, (given) => {
      for (const { vendor: name, account: id, ...about } of given) parts[name].documents.notify(id, about);
      return json(202, { sent: given.length });
    }),
  ];
}

function faultRoutes(parts: Parts): Route[] {
  const current = () => ofEach(parts, ({ state }) => state.faults.get());
  const setFaults = (settingsOf: (name: Vendor) => FaultSettings) => {
    for (const name of vendors) {
      parts[name].state.faults.set(settingsOf(name));
      parts[name].noticeSender.wake();
    }
    return json(200, current());
  };
  return [
    get('/faults', current),
    post('/faults', faults, (given) => setFaults((name) => given[name] ?? {})),
    remove('/faults', () => setFaults(() => createFaultBox().get())),
  ];
}

function ofEach<T>(parts: Parts, value: (part: VendorParts) => T): Record<Vendor, T> {
  return { oura: value(parts.oura), whoop: value(parts.whoop) };
}

const noContent: Answer = { status: 204 };

function get(path: string, value: () => unknown): Route {
  return { method: 'GET', path, handle: () => json(200, value()) };
}

function post<T>(path: string, schema: z.ZodType<T>, run: (given: T) => Answer): Route {
  return { method: 'POST', path, handle: parsing(schema, run) };
}

function remove(path: string, handle: () => Answer): Route {
  return { method: 'DELETE', path, handle };
}

function parsing<T>(schema: z.ZodType<T>, run: (given: T) => Answer): Handler {
  return ({ body }: SimRequest) => {
    try {
      return run(schema.parse(parsedJson(body)));
    } catch (error) {
      if (error instanceof z.ZodError) return json(422, { detail: z.prettifyError(error) });
      if (error instanceof RangeError) return json(422, { detail: error.message });
      throw error;
    }
  };
}
