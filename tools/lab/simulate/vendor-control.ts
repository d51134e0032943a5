import type { DemoAccount } from './accounts.ts';
import type { Shipment } from './shipments.ts';

type VendorShipment = Extract<Shipment, { to: 'vendor' }>;

const perRequest = 500;

/** Controls the vendor simulator. A refused call throws an error with the status. */
export function createVendorControl(url: string, signal: AbortSignal) {
  async function post(path: string, body: unknown): Promise<void> {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
    const response = await fetch(`${url}/sim/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: bounded,
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`the vendor simulator answered ${response.status}`);
  }
  return {
    addAccount: ({ vendor, id, userId }: DemoAccount) =>
      post('accounts', { vendor, id, email: `${userId}@example.org` }),
    /** `notify`: whether the vendor sends notices of them. */
    async put(shipments: readonly VendorShipment[], notify: boolean): Promise<void> {
      const changes = shipments.flatMap(({ account: { vendor, id }, documents }) =>
        documents.map((one) => ({ vendor, account: id, ...one, notify })),
      );
      for (let from = 0; from < changes.length; from += perRequest) {
        await post('documents', changes.slice(from, from + perRequest));
      }
    },
  };
}
