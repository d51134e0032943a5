import type { Account } from './accounts.ts';
import { controlRoutes } from './control-routes.ts';
import { defaultSettings } from './default-settings.ts';
import type { FaultSettings } from './faults.ts';
import type { Answer } from './http/answer.ts';
import { serve, type RouteGroup } from './http/serve.ts';
import { createStateFile } from './state-file.ts';
import { authorize, giveTokens, revoke } from './oauth/oauth-routes.ts';
import { collectionRoutes } from './oura/collection-routes.ts';
import { ouraDataTypes } from './oura/collections.ts';
import { subscriptionRoutes } from './oura/subscription-routes.ts';
import { createSubscriptions } from './oura/subscriptions.ts';
import { createVendorState, type VendorState, type VendorSettings } from './vendor-state.ts';
import type { Document } from './document-store.ts';
import type { VendorStats } from './stats.ts';
import { createVendorParts, type VendorParts } from './vendor-parts.ts';
import { vendors, type Clock, type Vendor } from './vendor.ts';
import { whoopRoutes } from './whoop/routes.ts';

export type VendorSimOptions = {
  /** 0, a free one, unless given. */
  readonly port?: number;
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** The same seed draws the same faults. Default 1. */
  readonly seed?: number;
  readonly now?: Clock;
  readonly oura?: Partial<VendorSettings>;
  readonly whoop?: Partial<VendorSettings>;
  /** How long an Oura subscription lives. Default 90 days; the vendor does not say. */
  readonly subscriptionLifetimeS?: number;
  /** Keeps accounts, consents and subscriptions over a restart. */
  readonly stateFile?: string | undefined;
  /** Hears of every answer, with the template of its route. */
  readonly onAnswer?: (vendor: Vendor, route: string, answer: Answer) => void;
  /** Hears of every attempt to deliver a notice; status 0: no answer. */
  readonly onDelivery?: (vendor: Vendor, body: string, status: number) => void;
};

export type VendorSim = {
  /** `<url>/oura` and `<url>/whoop` are the base URLs of API and OAuth alike; `<url>/sim` is the control API. */
  readonly url: string;
  readonly users: (vendor: Vendor) => readonly Account[];
  readonly addUser: (vendor: Vendor, given?: { id?: string; email?: string }) => Account;
  /** Creates or replaces a document; the vendor tells of it unless `notify` is false. */
  readonly put: (
    vendor: Vendor,
    ...change: [account: string, collection: string, document: Document, more?: { notify?: boolean }]
  ) => void;
  /** What the API gives now. */
  readonly find: (
    vendor: Vendor,
    ...of: [account: string, collection: string, id: string]
  ) => Document | undefined;
  /** Whether there was one. */
  readonly remove: (
    vendor: Vendor,
    ...removal: [account: string, collection: string, id: string, more?: { notify?: boolean }]
  ) => boolean;
  /** Sends notices there: WHOOP's dashboard, or all Oura subscriptions without a handshake. */
  readonly addWebhook: (vendor: Vendor, url: string) => void;
  readonly faults: (vendor: Vendor, changes: FaultSettings) => void;
  readonly stats: (vendor: Vendor) => VendorStats;
  /** How often each document was asked for, by `<collection>/<id>`. */
  readonly fetches: (vendor: Vendor) => Record<string, number>;
  readonly close: () => Promise<void>;
};

/** Oura and WHOOP as an application sees them, on one port. */
export async function startVendorSim(options: VendorSimOptions = {}): Promise<VendorSim> {
  const {
    port = 0,
    host = '127.0.0.1',
    seed = 1,
    now = Date.now,
    subscriptionLifetimeS = 90 * 86_400,
    onAnswer = () => undefined,
    onDelivery = () => undefined,
  } = options;
  const state = createStateFile(options.stateFile);
  const { changed } = state;
  const sideOf = (vendor: Vendor) =>
    createVendorState(vendor, {
      seed,
      now,
      settings: { ...defaultSettings[vendor], ...options[vendor] },
      saved: state.last?.[vendor],
      changed,
      delivered: (body, status) => onDelivery(vendor, body, status),
    });
  const mount = ({ vendor, stats }: VendorState, routes: RouteGroup['routes']): RouteGroup => ({
    prefix: `/${vendor}`,
    routes,
    onAnswer(route, answer) {
      stats.request(route, answer);
      onAnswer(vendor, route, answer);
    },
  });
  const [oura, whoop] = [sideOf('oura'), sideOf('whoop')];
  const subscriptions = createSubscriptions({
    lifetimeS: subscriptionLifetimeS,
    now,
    saved: state.last?.subscriptions,
    changed,
  });
  const keep = ({ accounts, consents }: VendorState) => ({
    accounts: accounts.all(),
    consents: consents.keep(),
  });
  state.collectWith(() => ({ oura: keep(oura), whoop: keep(whoop), subscriptions: subscriptions.all() }));

  const whoopUrls = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  const parts: Readonly<Record<Vendor, VendorParts>> = {
    oura: createVendorParts(oura, timers, ({ event, dataType }) =>
      subscriptions
        .targets(event, dataType)
        .map(({ id, callback_url }) => ({ url: callback_url, cancel: () => subscriptions.remove(id) })),
    ),
    whoop: createVendorParts(whoop, timers, () => [...whoopUrls].map((url) => ({ url }))),
  };

  function addWebhook(vendor: Vendor, url: string): void {
    if (vendor === 'whoop') whoopUrls.add(url);
    else {
      for (const data_type of ouraDataTypes) {
        for (const event_type of ['create', 'update', 'delete']) {
          subscriptions.create({ callback_url: url, event_type, data_type });
        }
      }
    }
  }

  const { url, close } = await serve(
    [
      mount(oura, [
        { method: 'GET', path: '/oauth/authorize', handle: (request) => authorize(oura, request) },
        { method: 'POST', path: '/oauth/token', handle: (request) => giveTokens(oura, request) },
        { method: 'POST', path: '/oauth/revoke', handle: (request) => revoke(oura, request) },
        ...subscriptionRoutes(oura, subscriptions),
        ...collectionRoutes(oura),
      ]),
      mount(whoop, [
        { method: 'GET', path: '/oauth/oauth2/auth', handle: (request) => authorize(whoop, request) },
        { method: 'POST', path: '/oauth/oauth2/token', handle: (request) => giveTokens(whoop, request) },
        ...whoopRoutes(whoop),
      ]),
      { prefix: '/sim', routes: controlRoutes({ parts, addWebhook, subscriptions }) },
    ],
    { host, port },
  );

  return {
    url,
    users: (vendor) => parts[vendor].state.accounts.all(),
    addUser: (vendor, given) => parts[vendor].state.accounts.add(given),
    put: (vendor, account, collection, document, { notify = true } = {}) =>
      parts[vendor].documents.put({ account, collection, document, notify }),
    find: (vendor, account, collection, id) =>
      parts[vendor].state.documentStore.find(account, collection, id, now()),
    remove: (vendor, account, collection, id, { notify = true } = {}) =>
      parts[vendor].documents.remove({ account, collection, id, notify }),
    addWebhook,
    faults(vendor, changes) {
      parts[vendor].state.faults.set(changes);
      parts[vendor].noticeSender.wake();
    },
    stats: (vendor) => parts[vendor].state.stats.get(),
    fetches: (vendor) => parts[vendor].state.stats.fetches(),
    async close() {
      for (const timer of timers) clearTimeout(timer);
      for (const vendor of vendors) parts[vendor].noticeSender.close();
      await close();
      state.write();
    },
  };
}
