import { wholeNumber } from '@bridge/cli/number-options';
import { InvalidArgumentError, Option } from 'commander';
import { createScriptCommand } from '../script-command.ts';
import { createEdge } from './serve-edge.ts';
import { upstreams, type Upstream } from './routes.ts';

/** The process of the edge, until SIGTERM. Flags win over the environment, which has one <SERVICE>_ORIGIN for each service. */
const command = createScriptCommand({
  call: 'node --conditions=@bridge/source tools/edge/main.ts',
  description: 'Serve one origin for all services until Ctrl-C.',
  examples: [upstreams.map((name, index) => `--${name}-origin http://localhost:${9001 + index}`).join(' ')],
})
  .addOption(
    new Option('--port <number>', 'the port').env('PORT').argParser(wholeNumber(0, 65_535)).default(8888),
  )
  .addOption(new Option('--host <address>', 'the address to listen on').env('HOST').default('127.0.0.1'));
for (const name of upstreams) {
  const option = new Option(`--${name}-origin <url>`, `the origin of ${name}`);
  command.addOption(option.env(`${name.toUpperCase()}_ORIGIN`).argParser(httpOrigin));
}
type Flags = Readonly<Record<`${Upstream}Origin`, string | undefined>> & {
  readonly port: number;
  readonly host: string;
};
const flags = command.parse().opts<Flags>();

const graceMs = 1000;

const origins = Object.fromEntries(
  upstreams.map((name): [string, string] => {
    const origin = flags[`${name}Origin`];
    return [name, origin ?? command.error(`error: ${name.toUpperCase()}_ORIGIN is not set`)];
  }),
) as Record<Upstream, string>;

function httpOrigin(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new InvalidArgumentError('It must be a URL with http or https.');
}

const edge = createEdge({ origins, report: (line) => console.error(line) });
edge.once('error', ({ message }) => {
  console.error(`The edge cannot listen: ${message}`);
  process.exit(1);
});
edge.listen(flags.port, flags.host, () =>
  console.log(`The edge listens on http://${flags.host}:${flags.port}`),
);

process.once('SIGTERM', () => {
  edge.close();
  // Requests under way may end; streams have no end of their own.
  setTimeout(() => edge.closeAllConnections(), graceMs).unref();
});
