import { setTimeout as sleep } from 'node:timers/promises';
import { modeTransitionSchema, topics, type ModeTransition } from '@bridge/contracts';
import { caughtUp } from '../caught-up.ts';
import { readAnnounced } from '../check.ts';
import { connectOutside, type Outside } from '../outside.ts';
import { explainNewest, verifyStates } from '../own-checks.ts';
import { ownMessage } from '../own-event.ts';
import type { Proof } from '../proof.ts';
import { publishLoad } from '../publish-load.ts';
import { removeData, startServers } from '../start-servers.ts';
import { startWorkers } from '../workers.ts';
import { castOf, fullCast, shortCast, type Cast } from './cast.ts';
import { checkPlay } from './check-play.ts';

const perSecond = 5_000;
const tickWithinMs = 10_000;

/** Synthetic people at one worker: healthy ones hardly switch, acute ones at once, silent ones by tick. */
export const proveSimulation: Proof = async ({ seed, short, print }) => {
  const stack = await startServers(short ? 'proof-simulation-short' : 'proof-simulation', print);
  const stops = new AsyncDisposableStack();
  stops.defer(() => removeData(stack));
  stops.defer(() => stack.stop());
  try {
    const workers = await startWorkers(stack, 1, print);
    stops.defer(async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    });
    const outside = await connectOutside(stack);
    stops.defer(() => outside.close());
    const cast = castOf(seed, Date.now(), short ? shortCast : fullCast);
    const started = Date.now();
    const load = cast.events.map((event) => ownMessage(event, outside.makeMessage));
    const events = await publishLoad(outside.kafka, load.values(), perSecond);
    await caughtUp(outside, workers);
    const playedSeconds = Math.round((Date.now() - started) / 100) / 10;
    await ticksPassed(outside, cast);
    await caughtUp(outside, workers);

    const replay = await verifyStates(workers[0]);
    const explained = await explainNewest(workers[0]);
    const played = checkPlay(cast, await readTransitions(outside));
    return {
      figures: {
        events,
        'seconds from the first event to the last decision': playedSeconds,
        ...played.figures,
        'explained, identical': explained.identical,
        replay: replay.output,
      },
      failures: [...played.failures, ...replay.failures, ...explained.failures],
    };
  } finally {
    await stops.disposeAsync();
  }
};

/** The sweeper looks once a second. */
async function ticksPassed({ query }: Outside, { silent }: Cast): Promise<void> {
  const until = Date.now() + tickWithinMs;
  while (Date.now() < until) {
    const [row] = await query<{ ticked: number }>(
      'select count(distinct subject_id)::int ticked from cognition.ticks t where due < now()',
    );
    if ((row?.ticked ?? 0) >= silent.length) return;
    await sleep(250);
  }
}

async function readTransitions(outside: Outside): Promise<ModeTransition[]> {
  const sent = await readAnnounced(outside, topics.transitions.name);
  // A message may repeat, under the same id.
  const byId = new Map(sent.map(({ id, value }) => [id, value]));
  return Promise.all(
    [...byId.values()].map(async (value) => {
      const decoded = await outside.codec.decode(value);
      return modeTransitionSchema.parse(decoded.kind === 'ok' ? decoded.value : undefined);
    }),
  );
}
