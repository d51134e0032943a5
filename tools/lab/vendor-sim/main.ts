import { parseArgs } from 'node:util';
import { startVendorSim } from './start-vendor-sim.ts';

/** The simulator as a process, until SIGTERM. Flags win over the environment; PORT, OURA_* and WHOOP_* come from there. */
const { values: flags } = parseArgs({
  options: {
    port: { type: 'string' },
    host: { type: 'string' },
    seed: { type: 'string' },
    state: { type: 'string' },
    'auto-approve': { type: 'boolean', default: false },
  },
});
const {
  PORT,
  HOST,
  OURA_CLIENT_ID,
  OURA_CLIENT_SECRET,
  WHOOP_CLIENT_ID,
  WHOOP_CLIENT_SECRET,
  WHOOP_WEBHOOK_URL,
} = process.env;

const autoApprove = flags['auto-approve'];
const client = (clientId?: string, clientSecrets?: string) => ({
  autoApprove,
  ...(clientId && { clientId }),
  // The first one is used; the others are those of a rotation.
  ...(clientSecrets && { clientSecret: clientSecrets.split(',')[0] ?? clientSecrets }),
});

const sim = await startVendorSim({
  port: Number(flags.port ?? PORT ?? 0),
  host: flags.host ?? HOST ?? '127.0.0.1',
  seed: Number(flags.seed ?? 1),
  stateFile: flags.state,
  oura: client(OURA_CLIENT_ID, OURA_CLIENT_SECRET),
  whoop: client(WHOOP_CLIENT_ID, WHOOP_CLIENT_SECRET),
});
if (WHOOP_WEBHOOK_URL) sim.addWebhook('whoop', WHOOP_WEBHOOK_URL);
console.log(`The vendor simulator listens on ${sim.url}`);

process.once('SIGTERM', () => void sim.close());
process.once('SIGINT', () => void sim.close());
