import { parseArgs } from 'node:util';
import { checkout } from './paths.ts';
import { shiftPorts } from './ports.ts';
import { startStack } from './start-stack.ts';
import { describeStack } from './describe-stack.ts';
import { untilStopped } from './until-stopped.ts';

const { values } = parseArgs({
  options: {
    fresh: { type: 'boolean', default: false },
    'port-offset': { type: 'string', default: '0' },
    'no-demo': { type: 'boolean', default: false },
  },
});

const print = (line: string) => console.log(line);
const stopping = new AbortController();
const stopped = untilStopped(stopping, print);
const start = performance.now();

try {
  print('Starting the biometric bridge. Ctrl-C stops everything.');
  const stack = await startStack({
    root: checkout,
    ports: shiftPorts(Number(values['port-offset'])),
    services: true,
    fresh: values.fresh,
    print,
    signal: stopping.signal,
  });
  try {
    print(describeStack(stack, performance.now() - start));
    await stopped;
  } finally {
    print('Stopping.');
    await stack.stop();
  }
  print('Stopped. Data is kept; the next start goes on from here.');
} catch (error) {
  if (stopping.signal.aborted) print('Stopped before the start was over.');
  else {
    console.error(`\nThe start failed.\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
// Sockets of a broken-off start may keep the loop alive.
process.exit();
