import { wholeNumber } from '@bridge/cli/number-options';
import { Option } from 'commander';
import { createScriptCommand } from '../../script-command.ts';
import { openInboxFile } from './inbox-file.ts';
import { createInbox } from './serve-inbox.ts';

type Flags = { readonly port: number; readonly host: string; readonly file: string };

/** The receiver of alerts as a process, until SIGTERM. Flags win over the environment. */
const { port, host, file } = createScriptCommand({
  call: 'node --conditions=@bridge/source tools/local/inbox/main.ts',
  description: 'Take messages as an ntfy server does, and keep the newest in a file, until Ctrl-C.',
  examples: ['--port 9006 --file inbox.ndjson'],
})
  .addOption(
    new Option('--port <number>', 'the port').env('PORT').argParser(wholeNumber(0, 65_535)).default(8006),
  )
  .addOption(new Option('--host <address>', 'the address to listen on').env('HOST').default('127.0.0.1'))
  .requiredOption('--file <path>', 'keeps the messages, one line of JSON each')
  .parse()
  .opts<Flags>();

const inbox = createInbox({ keep: openInboxFile(file), now: Date.now });
inbox.once('error', ({ message }) => {
  console.error(`The alert inbox cannot listen: ${message}`);
  process.exit(1);
});
inbox.listen(port, host, () => console.log(`The alert inbox listens on http://${host}:${port}`));

const close = () => {
  inbox.close();
  inbox.closeIdleConnections();
};
process.once('SIGTERM', close);
process.once('SIGINT', close);
