import { z } from 'zod';
import { connectionListSchema } from '../generate/openapi/connections.ts';
import { connectAccount } from '../lab/simulate/connect-account.ts';
import { waitUntil } from '../local/wait-until.ts';
import type { Vendor } from '../lab/vendor-sim/vendor.ts';
import { getFromEdge, required, system } from './system.ts';

type Document = Readonly<Record<string, unknown>>;

/** A person's account at a simulated vendor, and what the device does there. The vendor gives notice of it. */
export type VendorAccount = {
  readonly vendor: Vendor;
  readonly id: string;
  /** Creates or replaces a document by its id. The vendor sends a notice of it unless `notify` is false. */
  readonly put: (collection: string, document: Document, more?: { notify: boolean }) => Promise<void>;
  readonly remove: (collection: string, id: string) => Promise<void>;
};

export async function createVendorAccount(vendor: Vendor): Promise<VendorAccount> {
  const { id } = z.object({ id: z.string() }).parse(await control('accounts', { vendor }));
  const about = { vendor, account: id };
  return {
    vendor,
    id,
    async put(collection, document, more = { notify: true }) {
      await control('documents', { ...about, collection, document, ...more });
    },
    async remove(collection, objectId) {
      const removed = await control('removals', { ...about, collection, id: objectId });
      if ((removed as { removed: number }).removed !== 1)
        throw new Error(`${vendor} has no such ${collection}`);
    },
  };
}

/** They are made one after another, and only when the first person is connected. */
const neededSubscriptions = ['sleep', 'daily_readiness'].flatMap((dataType) =>
  ['create', 'update', 'delete'].map((eventType) => `${dataType}.${eventType}`),
);

/** Connects by the routes that a browser takes; resolves once the vendor gives notice of all that is wanted. */
export async function connectTo({ vendor, id }: VendorAccount, userId: string): Promise<Connection> {
  const signal = AbortSignal.timeout(10_000);
  const options = { edgeUrl: system.edge, apiKey: system.masterKey, signal };
  await connectAccount({ userId, vendor, id }, options);
  if (vendor === 'oura') {
    const areSubscribed = async () => {
      const subscribed = await subscribedTypes();
      return neededSubscriptions.every((one) => subscribed.has(one));
    };
    await waitUntil("Oura's subscriptions", areSubscribed, { withinMs: 10_000 });
  }
  return connectionOf(userId);
}

type ConnectionList = z.infer<typeof connectionListSchema>;

export type Connection = ConnectionList['connections'][number];

/** The only connection that `GET /connections` shows of a person. */
export async function connectionOf(userId: string): Promise<Connection> {
  const { connections } = await connectionListOf(userId);
  const [connection, ...others] = connections;
  if (connection === undefined || others.length > 0)
    throw new Error(`${connections.length} connections are shown instead of one`);
  return connection;
}

/** Returns a person's quarantined documents, as `GET /connections` shows them. */
export async function quarantinedOf(userId: string): Promise<ConnectionList['quarantined']> {
  return (await connectionListOf(userId)).quarantined;
}

async function connectionListOf(userId: string): Promise<ConnectionList> {
  const response = await getFromEdge(`/connections?user_id=${userId}`);
  if (response.status !== 200) throw new Error(`GET /connections answered ${response.status}`);
  // The documented schema accepts nothing else.
  return connectionListSchema.parse(await response.json());
}

/** `<data type>.<event type>` of each of Oura's subscriptions. */
async function subscribedTypes(): Promise<ReadonlySet<string>> {
  const schema = z.array(z.object({ data_type: z.string(), event_type: z.string() }));
  const subscriptions = schema.parse(await ask('subscriptions'));
  return new Set(subscriptions.map(({ data_type, event_type }) => `${data_type}.${event_type}`));
}

function control(path: string, body: object): Promise<unknown> {
  return ask(path, { method: 'POST', body: JSON.stringify(body) });
}

async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
  const url = `${required('VENDOR_SIM_URL')}/sim/${path}`;
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`the simulator answered ${response.status} on ${path}`);
  return response.json();
}
