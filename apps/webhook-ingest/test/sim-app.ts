import type { VendorApp } from '../src/vendors/vendor-app.ts';
import { vendorApplications } from '../src/vendors/vendor-config.ts';
import { vendorDefinitions } from '../src/vendors/vendors.ts';

/** An application of a simulated vendor, at the addresses that follow from its two bases. */
export function simApp(vendor: string, simUrl: string): VendorApp {
  const prefix = vendor.toUpperCase();
  const base = `${simUrl}/${vendor}`;
  const app = vendorApplications(vendorDefinitions, {
    [`${prefix}_CLIENT_ID`]: `${vendor}-client`,
    [`${prefix}_CLIENT_SECRET`]: `${vendor}-client-secret`,
    [`${prefix}_API_URL`]: base,
    [`${prefix}_OAUTH_URL`]: base,
  })[vendor];
  if (app === undefined) throw new Error(`there is no vendor ${vendor}`);
  return app;
}
