import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import { Argument } from 'commander';
import { createScriptCommand } from '../../script-command.ts';
import { checkClient, type Row } from './check-clients.ts';
import { clients } from './clients.ts';
import { checkStreamClient, type StreamRow } from './streams/check-stream-client.ts';
import { streamClients } from './streams/stream-clients.ts';
import { checkSignIn, oidcProvider } from './oidc/check-sign-in.ts';
import { partnersDocument, snippetsOf, tableOf } from './partners-document.ts';

/**
 * `npm run test:clients`: a run of all clients writes the table and the snippets of docs/partners.md. It also signs in at a
 * real OpenID Connect provider.
 */
const command = createScriptCommand({
  call: 'npm run test:clients',
  description:
    "Let partners' clients send to the running stack, and see which messages are decided; let clients of the stream follow it, and see which of them resume; sign in at a provider.",
  examples: ['', 'kafkajs kcat', 'oidc-provider', '--allow-missing'],
})
  .addArgument(
    new Argument('[clients...]', 'all, if none is named').choices([
      ...[...clients, ...streamClients].map(({ name }) => name),
      oidcProvider,
    ]),
  )
  .option('--allow-missing', 'exit with 0 although a client could not be had')
  .parse();
const { allowMissing = false } = command.opts<{ allowMissing?: boolean }>();

const { BRIDGE_EDGE_URL, AUREN_MASTER_API_KEY, KAFKA_BOOTSTRAP_SERVERS, SCHEMA_REGISTRY_URL } = process.env;
if (!BRIDGE_EDGE_URL || !AUREN_MASTER_API_KEY || !KAFKA_BOOTSTRAP_SERVERS || !SCHEMA_REGISTRY_URL) {
  console.error('Start the stack with npm start, then: set -a; . .local/env; set +a');
  process.exit(2);
}
const stack = {
  bridgeUrl: BRIDGE_EDGE_URL.replace(/\/$/, ''),
  apiKey: AUREN_MASTER_API_KEY,
  env: { KAFKA_BOOTSTRAP_SERVERS, SCHEMA_REGISTRY_URL },
};

const directory = join(checkout, '.local', 'clients');
mkdirSync(directory, { recursive: true });
const isChosen = ({ name }: { readonly name: string }) =>
  command.args.length === 0 || command.args.includes(name);
const chosen = clients.filter(isChosen);
const rows: Row[] = [];
for (const client of chosen) {
  for (const row of await checkClient(client, directory, stack)) {
    rows.push(row);
    const { version, format, shape, result, cause } = row;
    const shown = result === 'not checked' ? 'NOT CHECKED' : result;
    console.log(
      `${shown.padEnd(12)} ${client.name} ${version}: ${format}, ${shape}${cause ? ` (${cause})` : ''}`,
    );
  }
}
const streamRows: StreamRow[] = [];
for (const client of streamClients.filter(isChosen)) {
  const row = await checkStreamClient(client, directory, stack);
  streamRows.push(row);
  const shown = row.result === 'not checked' ? 'NOT CHECKED' : row.result;
  const cause = row.cause === undefined ? '' : ` (${row.cause})`;
  console.log(
    `${shown.padEnd(12)} ${row.client} ${row.version}: follows a stream that is cut${row.cuts === undefined ? '' : ` ${row.cuts} times`}${cause}`,
  );
}
writeFileSync(join(directory, 'streams.json'), `${JSON.stringify(streamRows, null, 2)}\n`);
const isSigningIn = command.args.length === 0 || command.args.includes(oidcProvider);
const signIns = isSigningIn ? await checkSignIn(directory, gatewayEnvironment()) : [];
for (const { version, situation, result, cause } of signIns) {
  const shown = result === 'not checked' ? 'NOT CHECKED' : result;
  console.log(`${shown.padEnd(12)} ${oidcProvider} ${version}: ${situation}${cause ? ` (${cause})` : ''}`);
}
writeFileSync(join(directory, 'report.json'), `${JSON.stringify([...rows, ...signIns], null, 2)}\n`);

const count = (result: Row['result'] | StreamRow['result'] | 'passed') =>
  [...rows, ...streamRows, ...signIns].filter((row) => row.result === result).length;
if (command.args.length === 0) {
  const document = join(checkout, 'docs/partners.md');
  const senders = chosen.map((client): [string, string] => {
    const source = readFileSync(join(import.meta.dirname, 'senders', client.sender), 'utf8');
    return [client.name, snippetsOf(client, source)];
  });
  const parts = new Map([['table', tableOf(rows)], ...senders]);
  writeFileSync(document, partnersDocument(readFileSync(document, 'utf8'), parts));
}
const good = `${count('decided')} decided, ${count('resumed')} resumed${isSigningIn ? `, ${count('passed')} sign-ins as they should be` : ''}`;
console.log(`${good}, ${count('failed')} failed, ${count('not checked')} NOT CHECKED`);
const allowed = count('failed') === 0 && (allowMissing || count('not checked') === 0);
process.exit(allowed ? 0 : 1);

/** What one more gateway needs beside what this process has: its own role in the database. */
function gatewayEnvironment(): NodeJS.ProcessEnv {
  const { POSTGRES_ADMIN_URL = '', BRIDGE_DB_PASSWORD_GATEWAY = '' } = process.env;
  const url = new URL(POSTGRES_ADMIN_URL);
  url.username = 'bridge_gateway';
  url.password = BRIDGE_DB_PASSWORD_GATEWAY;
  return { POSTGRES_URL: url.href };
}
