import { describe, expect, it } from 'vitest';
import { routeTo } from './routes.ts';

describe('routeTo', () => {
  it.each([
    ['/webhooks/oura', 'ingest'],
    ['/connect/whoop/callback?code=1', 'ingest'],
    ['/connections', 'ingest'],
    ['/users/ada/profile', 'ingest'],
    ['/users/a%2Fb/profile?x=1', 'ingest'],
    ['/users/ada/answers/', 'ingest'],
    ['/users/ada/state', 'gateway'],
    ['/users/ada/readings?metric=hrv_rmssd', 'gateway'],
    ['/decisions/0a1b', 'gateway'],
    ['/docs', 'gateway'],
    ['/openapi.json', 'gateway'],
    ['/users/profile', 'gateway'],
    ['/users/ada/profile/state', 'gateway'],
    ['/alerts', 'alerts'],
    ['/alerts/0a1b/acknowledge', 'alerts'],
    ['/silences', 'alerts'],
    ['/health', 'cognition'],
    ['/stream?user_id=a', 'gateway'],
    ['/analyze/test_user', 'gateway'],
    ['/session/oidc/callback?code=1', 'gateway'],
    ['/keys/key_0a1b2c3d4e5f', 'gateway'],
    ['/audit?user_id=ada', 'gateway'],
    ['/pipeline', 'gateway'],
    ['/', 'gateway'],
    ['/app.js', 'gateway'],
  ])('sends %s to %s', (target, upstream) => {
    expect(routeTo(target)).toBe(upstream);
  });

  it.each([
    '/metrics',
    '/metrics/',
    '/METRICS',
    '//metrics',
    '/%6detrics',
    '/x/../metrics',
    '/ready',
    '/live?x',
  ])('keeps %s from the public', (target) => {
    expect(routeTo(target)).toBe('nowhere');
  });

  it('takes a longer word for another path', () => {
    expect(routeTo('/alertsmith')).toBe('gateway');
    expect(routeTo('/healthy')).toBe('gateway');
  });

  it.each(['http://elsewhere/', '*', '/%zz'])('knows no way for the malformed target %s', (target) => {
    expect(routeTo(target)).toBeUndefined();
  });
});
