import type { Account } from './accounts.ts';
import { controlRoutes } from './control-routes.ts';
import { defaultSettings } from './default-settings.ts';
import type { FaultSettings } from './faults.ts';
import type { Answer } from './http/answer.ts';
import { serve, type RouteGroup } from './http/serve.ts';
import { createStateFile, type StateFile } from './state-file.ts';
import { ouraOauthRoutes, whoopOauthRoutes } from './oauth/oauth-routes.ts';
import { collectionRoutes } from './oura/collection-routes.ts';
import { ouraDataTypes } from './oura/collections.ts';
import { subscriptionRoutes } from './oura/subscription-routes.ts';
import { createSubscriptions, type Subscriptions } from './oura/subscriptions.ts';
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
  /** Lifetime of an Oura subscription. Default 90 days, since the vendor does not document it. */
  readonly subscriptionLifetimeS?: number;
  /** Keeps accounts, consents and subscriptions across restarts. */
  readonly stateFile?: string | undefined;
  /** Called with every answer and the template of its route. */
  readonly onAnswer?: (vendor: Vendor, route: string, answer: Answer) => void;
  /** Called after every attempt to deliver a notice. Status 0 means no answer. */
  readonly onDelivery?: (vendor: Vendor, body: string, status: number) => void;
};

export type VendorSim = {
  /** `<url>/oura` and `<url>/whoop` are the base URLs of API and OAuth alike; `<url>/sim` is the control API. */
  readonly url: string;
  readonly users: (vendor: Vendor) => readonly Account[];
  readonly addUser: (vendor: Vendor, given?: { id?: string; email?: string }) => Account;
  /** Creates or replaces a document. The vendor sends a notice of it unless `notify` is false. */
  readonly put: (
    vendor: Vendor,
    ...change: [account: string, collection: string, document: Document, more?: { notify?: boolean }]
  ) => void;
  /** Returns the document that the API serves now. */
  readonly find: (
    vendor: Vendor,
    ...of: [account: string, collection: string, id: string]
  ) => Document | undefined;
  /** Returns whether the document existed. */
  readonly remove: (
    vendor: Vendor,
    ...removal: [account: string, collection: string, id: string, more?: { notify?: boolean }]
  ) => boolean;
  /** Sends notices to this URL, as WHOOP's dashboard or all Oura subscriptions would, without a handshake. */
  readonly addWebhook: (vendor: Vendor, url: string) => void;
  readonly faults: (vendor: Vendor, changes: FaultSettings) => void;
  readonly stats: (vendor: Vendor) => VendorStats;
  /** Counts the requests for each document, by `<collection>/<id>`. */
  readonly fetches: (vendor: Vendor) => Record<string, number>;
  readonly close: () => Promise<void>;
};

/** Starts Oura and WHOOP as an application sees them, on one port. */
export async function startVendorSim(options: VendorSimOptions = {}): Promise<VendorSim> {
  const { port = 0, host = '127.0.0.1', now = Date.now } = options;
  const stateFile = createStateFile(options.stateFile);
  const states = {
    oura: vendorStateOf('oura', options, stateFile),
    whoop: vendorStateOf('whoop', options, stateFile),
  };
  const subscriptions = createSubscriptions({
    lifetimeS: options.subscriptionLifetimeS ?? 90 * 86_400,
    now,
    saved: stateFile.last?.subscriptions,
    changed: stateFile.changed,
  });
  const save = ({ accounts, consents }: VendorState) => ({
    accounts: accounts.all(),
    consents: consents.save(),
  });
  stateFile.collectWith(() => ({
    oura: save(states.oura),
    whoop: save(states.whoop),
    subscriptions: subscriptions.all(),
  }));

  const whoopUrls = new Set<string>();
  const parts = {
    oura: createVendorParts(states.oura, ({ event, dataType }) =>
      subscriptions
        .targets(event, dataType)
        .map(({ id, callback_url }) => ({ url: callback_url, cancel: () => subscriptions.remove(id) })),
    ),
    whoop: createVendorParts(states.whoop, () => [...whoopUrls].map((url) => ({ url }))),
  };
  const addWebhook = (vendor: Vendor, url: string) => {
    if (vendor === 'whoop') whoopUrls.add(url);
    else subscribeToAll(subscriptions, url);
  };

  const routes = [
    routeGroup(
      states.oura,
      [
        ...ouraOauthRoutes(states.oura),
        ...subscriptionRoutes(states.oura, subscriptions),
        ...collectionRoutes(states.oura),
      ],
      options,
    ),
    routeGroup(states.whoop, [...whoopOauthRoutes(states.whoop), ...whoopRoutes(states.whoop)], options),
    { prefix: '/sim', routes: controlRoutes({ parts, addWebhook, subscriptions }) },
  ];
  const { url, close } = await serve(routes, { host, port });
  return {
    url,
    addWebhook,
    ...vendorControls(parts, now),
    async close() {
      for (const vendor of vendors) parts[vendor].close();
      await close();
      stateFile.write();
    },
  };
}

function vendorStateOf(
  vendor: Vendor,
  { seed = 1, now = Date.now, onDelivery = () => undefined, ...options }: VendorSimOptions,
  { last, changed }: StateFile,
): VendorState {
  return createVendorState(vendor, {
    seed,
    now,
    settings: { ...defaultSettings[vendor], ...options[vendor] },
    saved: last?.[vendor],
    changed,
    onDelivery: (body, status) => onDelivery(vendor, body, status),
  });
}

function subscribeToAll(subscriptions: Subscriptions, callback_url: string): void {
  for (const data_type of ouraDataTypes) {
    for (const event_type of ['create', 'update', 'delete']) {
      subscriptions.create({ callback_url, event_type, data_type });
    }
  }
}

/** A vendor's routes, whose answers are counted and reported. */
function routeGroup(
  { vendor, stats }: VendorState,
  routes: RouteGroup['routes'],
  { onAnswer = () => undefined }: VendorSimOptions,
): RouteGroup {
  return {
    prefix: `/${vendor}`,
    routes,
    onAnswer(route, answer) {
      stats.request(route, answer);
      onAnswer(vendor, route, answer);
    },
  };
}

type VendorControls = Omit<VendorSim, 'url' | 'addWebhook' | 'close'>;

function vendorControls(parts: Readonly<Record<Vendor, VendorParts>>, now: Clock): VendorControls {
  return {
    users: (vendor) => parts[vendor].state.accounts.all(),
    addUser: (vendor, given) => parts[vendor].state.accounts.add(given),
    put: (vendor, account, collection, document, { notify = true } = {}) =>
      parts[vendor].documents.put({ account, collection, document, notify }),
    find: (vendor, account, collection, id) =>
      parts[vendor].state.documentStore.find(account, collection, id, now()),
    remove: (vendor, account, collection, id, { notify = true } = {}) =>
      parts[vendor].documents.remove({ account, collection, id, notify }),
    faults(vendor, changes) {
      parts[vendor].state.faults.set(changes);
      parts[vendor].noticeSender.wake();
    },
    stats: (vendor) => parts[vendor].state.stats.get(),
    fetches: (vendor) => parts[vendor].state.stats.fetches(),
  };
}
