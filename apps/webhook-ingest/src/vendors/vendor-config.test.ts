import { readConfig } from '@bridge/service-runtime';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refineVendors, vendorApplications, vendorSettings } from './vendor-config.ts';
import { vendorDefinitions } from './vendors.ts';

const read = (env: Record<string, string>) =>
  readConfig(
    env,
    z
      .object(vendorSettings(vendorDefinitions))
      .superRefine((values, context) => refineVendors(vendorDefinitions, values, context)),
  );

describe('vendors', () => {
  it('are off without a client id', () => {
    expect(vendorApplications(vendorDefinitions, read({}))).toEqual({});
  });

  it('name all that is missing beside a client id', () => {
    expect(() => read({ OURA_CLIENT_ID: 'bridge', WHOOP_CLIENT_ID: 'bridge' })).toThrow(
      /OURA_CLIENT_SECRET is missing.*OURA_VERIFICATION_TOKEN is missing.*WHOOP_CLIENT_SECRET is missing/s,
    );
  });

  it('verify with several secrets and can be pointed at another server', () => {
    const env = {
      WHOOP_CLIENT_ID: 'bridge',
      WHOOP_CLIENT_SECRET: 'new, old',
      WHOOP_API_URL: 'http://127.0.0.1:9/whoop/',
    };
    expect(vendorApplications(vendorDefinitions, read(env))).toEqual({
      whoop: {
        clientId: 'bridge',
        clientSecrets: ['new', 'old'],
        apiUrl: 'http://127.0.0.1:9/whoop',
        oauthUrl: 'https://api.prod.whoop.com',
      },
    });
  });
});
