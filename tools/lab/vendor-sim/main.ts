import { wholeNumber } from '@bridge/cli/number-options';
import { Option } from 'commander';
import { createScriptCommand } from '../../script-command.ts';
import { startVendorSim } from './start-vendor-sim.ts';

type Flags = {
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  readonly state?: string;
  readonly autoApprove?: boolean;
};

/** The simulator as a process, until SIGTERM. Flags win over the environment; OURA_* and WHOOP_* come from there. */
const flags = createScriptCommand({
  call: 'node --conditions=@bridge/source tools/lab/vendor-sim/main.ts',
  description: 'Simulate the APIs of Oura and WHOOP until Ctrl-C.',
  examples: ['--port 9700 --seed 7 --auto-approve'],
})
  .addOption(
    new Option('--port <number>', 'the port; 0 takes a free one')
      .env('PORT')
      .argParser(wholeNumber(0, 65_535))
      .default(0),
  )
  .addOption(new Option('--host <address>', 'the address to listen on').env('HOST').default('127.0.0.1'))
  .option('--seed <number>', 'seed of ids and tokens', wholeNumber(0), 1)
  .option('--state <file>', 'keeps consents and subscriptions between starts')
  .option('--auto-approve', 'give consent without a page')
  .parse()
  .opts<Flags>();
const { OURA_CLIENT_ID, OURA_CLIENT_SECRET, WHOOP_CLIENT_ID, WHOOP_CLIENT_SECRET, WHOOP_WEBHOOK_URL } =
  process.env;

const { port, host, seed, state: stateFile, autoApprove = false } = flags;
const client = (clientId?: string, clientSecrets?: string) => ({
  autoApprove,
  ...(clientId && { clientId }),
  // The first one is used; the others are those of a rotation.
  ...(clientSecrets && { clientSecret: clientSecrets.split(',')[0] ?? clientSecrets }),
});

const sim = await startVendorSim({
  port,
  host,
  seed,
  stateFile,
  oura: client(OURA_CLIENT_ID, OURA_CLIENT_SECRET),
  whoop: client(WHOOP_CLIENT_ID, WHOOP_CLIENT_SECRET),
});
if (WHOOP_WEBHOOK_URL) sim.addWebhook('whoop', WHOOP_WEBHOOK_URL);
console.log(`The vendor simulator listens on ${sim.url}`);

process.once('SIGTERM', () => void sim.close());
process.once('SIGINT', () => void sim.close());
