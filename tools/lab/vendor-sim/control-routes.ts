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

type Surroundings = {
  readonly parts: Readonly<Record<Vendor, VendorParts>>;
  readonly addWebhook: (vendor: Vendor, url: string) => void;
  readonly subscriptions: Subscriptions;
};

/** `/sim/…`: what a person, a strap or the weather does at a vendor. README.md lists the routes. */
export function controlRoutes({ parts, addWebhook, subscriptions }: Surroundings): Route[] {
  const ofEach = <T>(value: (part: VendorParts) => T) => ({
    oura: value(parts.oura),
    whoop: value(parts.whoop),
  });
  const setFaults = (name: Vendor, settings: FaultSettings) => {
    parts[name].state.faults.set(settings);
    parts[name].noticeSender.wake();
  };
  const currentFaults = () =>
    json(
      200,
      ofEach(({ state }) => state.faults.get()),
    );
  const post = <T>(path: string, schema: z.ZodType<T>, run: (given: T) => Answer): Route => ({
    method: 'POST',
    path,
    handle: parsing(schema, run),
  });
  const route = (method: Route['method'], path: string, handle: Handler): Route => ({ method, path, handle });

  return [
    route('GET', '/live', () => json(200, { status: 'live' })),
    route('GET', '/accounts', () =>
      json(
        200,
        ofEach(({ state }) => state.accounts.all()),
      ),
    ),
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
    post('/webhooks', webhook, ({ vendor: name, url }) => {
      addWebhook(name, url);
      return { status: 204 };
    }),
    route('GET', '/subscriptions', () => json(200, subscriptions.all())),
    post('/endings', ending, ({ vendor: name, account: id, what }) => {
      const { consents } = parts[name].state;
      if (what === 'consent') consents.endByAccount(id);
      else consents.expireAccess(id);
      return { status: 204 };
    }),
    route('GET', '/faults', currentFaults),
    post('/faults', faults, (given) => {
      for (const name of vendors) setFaults(name, given[name] ?? {});
      return currentFaults();
    }),
    route('DELETE', '/faults', () => {
      for (const name of vendors) setFaults(name, createFaultBox().get());
      return currentFaults();
    }),
    route('GET', '/stats', () =>
      json(
        200,
        ofEach(({ state }) => state.stats.get()),
      ),
    ),
    route('GET', '/stats/fetches', () =>
      json(
        200,
        ofEach(({ state }) => state.stats.fetches()),
      ),
    ),
    route('DELETE', '/stats', () => {
      ofEach(({ state }) => state.stats.reset());
      return { status: 204 };
    }),
  ];
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
