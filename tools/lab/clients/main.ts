import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import { Argument } from 'commander';
import { createScriptCommand } from '../../script-command.ts';
import { checkClient, type Row } from './check-clients.ts';
import { clients } from './clients.ts';
import { checkStreamClient, type StreamRow } from './streams/check-stream-client.ts';
import { streamClients } from './streams/stream-clients.ts';
import { partnersDocument, snippetsOf, tableOf } from './partners-document.ts';

/** `npm run test:clients`: a run of all clients writes the table and the snippets of docs/partners.md. */
const command = createScriptCommand({
  call: 'npm run test:clients',
  description:
    "Let partners' clients send to the running stack, and see which messages are decided; let clients of the stream follow it, and see which of them resume.",
  examples: ['', 'kafkajs kcat', '--allow-missing'],
})
  .addArgument(
    new Argument('[clients...]', 'all, if none is named').choices(
      [...clients, ...streamClients].map(({ name }) => name),
    ),
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
  console.log(`${shown.padEnd(12)} ${row.client} ${row.version}: follows a stream that is cut${row.cuts === undefined ? '' : ` ${row.cuts} times`}${cause}`);
}
writeFileSync(join(directory, 'streams.json'), `${JSON.stringify(streamRows, null, 2)}\n`);
writeFileSync(join(directory, 'report.json'), `${JSON.stringify(rows, null, 2)}\n`);

const count = (result: Row['result'] | StreamRow['result']) =>
  [...rows, ...streamRows].filter((row) => row.result === result).length;
if (command.args.length === 0) {
  const document = join(checkout, 'docs/partners.md');
  const senders = chosen.map((client): [string, string] => {
    const source = readFileSync(join(import.meta.dirname, 'senders', client.sender), 'utf8');
    return [client.name, snippetsOf(client, source)];
  });
  const parts = new Map([['table', tableOf(rows)], ...senders]);
  writeFileSync(document, partnersDocument(readFileSync(document, 'utf8'), parts));
}
console.log(
  `${count('decided')} decided, ${count('resumed')} resumed, ${count('failed')} failed, ${count('not checked')} NOT CHECKED`,
);
const allowed = count('failed') === 0 && (allowMissing || count('not checked') === 0);
process.exit(allowed ? 0 : 1);
