import { createHash } from 'node:crypto';
import { uuidOf } from '../vendor-sim/uuid-of.ts';
import { vendors, type Vendor } from '../vendor-sim/vendor.ts';
import { people } from './people.ts';

/** A demo person's account at a vendor; its id follows from the name, so that every start means the same one. */
export type DemoAccount = { readonly userId: string; readonly vendor: Vendor; readonly id: string };

export const demoAccounts: readonly DemoAccount[] = people.flatMap(({ userId, profile }) =>
  vendors
    .filter((vendor) => profile.devices.some((device) => device === vendor))
    .map((vendor) => ({ userId, vendor, id: accountId(vendor, userId) })),
);

function accountId(vendor: Vendor, userId: string): string {
  if (vendor === 'oura') return uuidOf('demo', userId);
  return String(createHash('sha256').update(userId).digest().readUInt32BE());
}
