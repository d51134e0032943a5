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
        authorizeUrl: 'https://api.prod.whoop.com/oauth/oauth2/auth',
        tokenUrl: 'https://api.prod.whoop.com/oauth/oauth2/token',
        revokeUrl: 'http://127.0.0.1:9/whoop/v2/user/access',
      },
    });
  });

  const addressesOf = (env: Record<string, string>) => {
    const client = { OURA_CLIENT_ID: 'b', OURA_CLIENT_SECRET: 's', OURA_VERIFICATION_TOKEN: 'v'.repeat(16) };
    const app = vendorApplications(vendorDefinitions, read({ ...client, ...env }))['oura'];
    return [app?.apiUrl, app?.authorizeUrl, app?.tokenUrl, app?.revokeUrl];
  };
  const api = 'https://api.ouraring.com';
  const portal = 'https://moi.ouraring.com/oauth/v2/ext/oauth';

  it.each([
    ['nothing', {}, [api, `${portal}-authorize`, `${portal}-token`, `${portal}-revoke`]],
    [
      "the API's base",
      { OURA_API_URL: 'http://sim' },
      ['http://sim', `${portal}-authorize`, 'http://sim/oauth/token', 'http://sim/oauth/revoke'],
    ],
    [
      'the base of consents',
      { OURA_OAUTH_URL: 'http://sim/' },
      [api, 'http://sim/oauth/authorize', `${portal}-token`, `${portal}-revoke`],
    ],
    [
      'whole addresses beside the bases',
      {
        OURA_API_URL: 'http://sim',
        OURA_OAUTH_URL: 'http://sim',
        OURA_AUTHORIZE_URL: 'http://a/b?c=d',
        OURA_TOKEN_URL: 'http://t/x/y',
        OURA_REVOKE_URL: 'http://r/',
      },
      ['http://sim', 'http://a/b?c=d', 'http://t/x/y', 'http://r/'],
    ],
  ])('with %s set know where they sign in', (_, env, addresses) => {
    expect(addressesOf(env)).toEqual(addresses);
  });
});
