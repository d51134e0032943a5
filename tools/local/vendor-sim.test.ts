import { expect, it } from 'vitest';
import { shiftPorts } from './ports.ts';
import { completeSecrets } from './secrets.ts';
import { simulatedVendors, vendorSimEnv, vendorSimProgram } from './vendor-sim.ts';

const ports = shiftPorts(1000);
const secrets = completeSecrets({});

it('a vendor with an application of its own is not simulated', () => {
  expect(simulatedVendors({})).toEqual(['oura', 'whoop']);
  expect(simulatedVendors({ OURA_CLIENT_ID: 'mine' })).toEqual(['whoop']);
  const names = Object.keys(vendorSimEnv(['whoop'], { ports, secrets }));
  expect(names.filter((name) => !name.startsWith('WHOOP_'))).toEqual([]);
});

it('webhook-ingest and the simulator agree on secrets and addresses', () => {
  const { env } = vendorSimProgram({ root: '/root', stateFile: '/state', ports, secrets, env: {} });
  const service = vendorSimEnv(['oura', 'whoop'], { ports, secrets });
  for (const name of ['OURA_CLIENT_ID', 'OURA_CLIENT_SECRET', 'WHOOP_CLIENT_ID', 'WHOOP_CLIENT_SECRET']) {
    expect([name, env?.[name]]).toEqual([name, service[name] ?? 'missing']);
  }
  expect(service).toMatchObject({
    OURA_API_URL: 'http://127.0.0.1:9005/oura',
    OURA_OAUTH_URL: 'http://127.0.0.1:9005/oura',
    WHOOP_API_URL: 'http://127.0.0.1:9005/whoop',
    WHOOP_OAUTH_URL: 'http://127.0.0.1:9005/whoop',
  });
  expect(env).toMatchObject({ PORT: '9005', WHOOP_WEBHOOK_URL: 'http://127.0.0.1:9888/webhooks/whoop' });
});
