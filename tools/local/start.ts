import { people } from '../lab/simulate/people.ts';
import { runFeed } from '../lab/simulate/feed.ts';
import { describeStack } from './describe-stack.ts';
import { createAccess } from './create-access.ts';
import { checkout } from '@bridge/cli/stack-paths';
import { readFlags } from './read-flags.ts';
import { routeToInbox } from './route-to-inbox.ts';
import { startStack } from './start-stack.ts';
import { untilStopped } from './until-stopped.ts';

/** `npm start` runs the whole system on this machine until Ctrl-C. */
const print = (line: string) => console.log(line);
const { fresh, demo, ports } = readFlags(process.argv.slice(2));
const stopping = new AbortController();
const stopped = untilStopped(stopping, print);

async function run(): Promise<void> {
  print('Starting the biometric bridge. Ctrl-C stops everything.');
  const start = performance.now();
  const stack = await startStack({
    root: checkout,
    ports,
    services: true,
    vendorSim: demo,
    fresh,
    print,
    signal: stopping.signal,
  });
  try {
    const startedInMs = performance.now() - start;
    const { feedKey, signInUrl } = await createAccess(stack);
    await routeToInbox(stack);
    print(describeStack(stack, { startedInMs, signInUrl }));
    if (demo) {
      print(`The demo feed simulates ${people.length} people. One of their days takes 24 minutes.`);
      const { edge: edgeUrl, vendorSim: vendorSimUrl } = stack.urls;
      const feed = { edgeUrl, vendorSimUrl, apiKey: feedKey, seed: 1, report: print };
      void runFeed({ ...feed, signal: stopping.signal });
    }
    await stopped;
  } finally {
    print('Stopping.');
    await stack.stop();
  }
  print('Stopped. The next start continues with the same data.');
}

try {
  await run();
} catch (error) {
  if (stopping.signal.aborted) print('Stopped during the start.');
  else {
    console.error(`\nThe start failed.\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
// An interrupted start may still hold sockets and timers.
process.exit();
