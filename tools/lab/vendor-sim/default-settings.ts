import type { VendorSettings } from './vendor-state.ts';
import type { Vendor } from './vendor.ts';

const oneDayS = 86_400;
/** The vendors' own settings, as far as they are known. */
export const defaultSettings: Readonly<Record<Vendor, VendorSettings>> = {
  oura: {
    clientId: 'oura-client',
    clientSecret: 'oura-client-secret',
    tokenLifetimeS: oneDayS,
    quotas: [{ limit: 5000, windowS: 300 }],
    pageSize: 100,
    autoApprove: false,
  },
  whoop: {
    clientId: 'whoop-client',
    clientSecret: 'whoop-client-secret',
    tokenLifetimeS: 3600,
    quotas: [
      { limit: 100, windowS: 60 },
      { limit: 10_000, windowS: oneDayS },
    ],
    pageSize: 25,
    autoApprove: false,
  },
};
