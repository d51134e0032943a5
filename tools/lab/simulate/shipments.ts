import { createWhoopDocuments } from '../vendor-sim/documents/whoop.ts';
import { ouraDocuments, type CollectedDocument } from '../vendor-sim/documents/oura.ts';
import { healthExport, type HealthExport } from '../vendor-sim/documents/health-export.ts';
import type { Vendor } from '../vendor-sim/vendor.ts';
import { demoAccounts, type DemoAccount } from './accounts.ts';
import type { SimulatedEvent } from './devices/simulated-event.ts';
import { toFlatBody, type FlatBody } from './wire/to-flat-body.ts';

/** The request that one event causes. */
export type Shipment =
  /** Documents at a vendor, who then gives notice of them. */
  | { readonly to: 'vendor'; readonly account: DemoAccount; readonly documents: readonly CollectedDocument[] }
  /** A body for one of the webhooks. */
  | { readonly to: 'bridge'; readonly path: string; readonly body: FlatBody | HealthExport };

/**
 * Every event on the way that its device has: a ring's and a strap's by their vendor where the person is connected, a
 * watch's as Health Auto Export, the rest by hand. Whoever is not connected sends the guides' flat bodies.
 */
export function createShipments(connected: ReadonlySet<DemoAccount>) {
  const makers = new Map(
    [...connected].map((account) => [keyOf(account), { account, make: makerFor(account) }]),
  );

  return function shipmentOf(event: SimulatedEvent): Shipment {
    const { source, userId } = event;
    switch (source) {
      case 'oura':
      case 'whoop': {
        const maker = makers.get(keyOf({ vendor: source, userId }));
        if (!maker) return flat(event, source);
        const documents = maker.make(event);
        return documents.length > 0
          ? { to: 'vendor', account: maker.account, documents }
          : flat(event, 'manual');
      }
      case 'apple': {
        const body = healthExport([event]);
        if (!body) return flat(event, 'manual');
        return { to: 'bridge', path: `/webhooks/apple?user_id=${encodeURIComponent(userId)}`, body };
      }
      case 'manual':
        return flat(event, 'manual');
    }
  };
}

function keyOf({ vendor, userId }: { vendor: Vendor; userId: string }): string {
  return `${vendor}/${userId}`;
}

function makerFor({ vendor, id }: DemoAccount): (event: SimulatedEvent) => CollectedDocument[] {
  return vendor === 'oura' ? ouraDocuments : createWhoopDocuments(Number(id));
}

function flat(event: SimulatedEvent, route: SimulatedEvent['source']): Shipment {
  return { to: 'bridge', path: `/webhooks/${route}`, body: toFlatBody(event) };
}

/** All that a play needs. */
export const everyAccount: ReadonlySet<DemoAccount> = new Set(demoAccounts);
