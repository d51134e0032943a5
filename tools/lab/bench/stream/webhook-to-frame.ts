import { Agent, get, request, type IncomingMessage } from 'node:http';
import { createKeyRing } from '@bridge/auth';
import { consumerGroups } from '@bridge/contracts';
import { waitUntil } from '../../../local/wait-until.ts';
import type { BenchContext, Figure } from '../bench.ts';
import { onePulseEach, type PersonLoad } from '../cognition/person-load.ts';
import { publishLoad } from '../cognition/publish-load.ts';
import { endOfTopic, rewind } from '../cognition/topic-range.ts';
import { waitUntilDrained } from '../cognition/watch-drain.ts';
import { percentile } from '../evaluate-figure.ts';
import { atEvenPace } from '../pace.ts';
import { profiling, startService } from '../service-process.ts';
import { startGateway } from './fan-out.ts';

const perSecond = 500;
const withinMs = 60_000;

/**
 * From the time at which a webhook is due until a subscriber of everyone has its event, and the transition that it causes. Each
 * webhook switches the mode of a person of its own, as in the latency of cognition.
 */
export async function measureWebhookToFrame(context: BenchContext): Promise<readonly Figure[]> {
  const { clients, quick, print } = context;
  const { kafka, publisher, postgres, vault } = clients;
  const [seconds, wanted] = quick ? [5, 1] : [20, 3];
  const prefix = 'hooked';
  const load: PersonLoad = { persons: wanted * seconds * perSecond, events: 0, nights: 0, prefix };
  const consumer = consumerGroups.decisions;
  await rewind({ kafka, query: postgres.query }, consumer, await endOfTopic(kafka));
  await publishLoad(publisher, onePulseEach(load, clients));
  const keys = createKeyRing({ query: postgres.query, vault });
  const { key } = await keys.createKey({ label: 'bench', scopes: ['ingest', 'stream'] });

  await using stops = new AsyncDisposableStack();
  const start = async (app: string) => {
    const service = await startService(context, app, profiling(context));
    stops.defer(() => service.stop());
    return service;
  };
  await start('cognition');
  await waitUntilDrained({ query: postgres.query, consumer, to: await endOfTopic(kafka), withinMs });
  const ingest = await start('webhook-ingest');
  const gateway = await startGateway(context);
  stops.defer(() => gateway.stop());
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  stops.defer(() => agent.destroy());
  const send = createSend({ url: `${ingest.url}/webhooks/oura`, key, agent });
  const frames = await followFrames(`${gateway.url}/stream?kind=event&kind=transition`, key);
  stops.defer(() => frames.close());

  const runs: Run[] = [];
  while (runs.length < wanted) {
    const firstNr = runs.length * seconds * perSecond;
    const run = await offer({ frames, send, prefix, firstNr, seconds });
    runs.push(run);
    print(
      `stream: webhook to frame, run ${runs.length}: ${describe('event', run.events)}, ${describe('transition', run.transitions)}`,
    );
  }
  const name = `stream: webhook to`;
  const figure = (what: string, waits: (run: Run) => readonly number[], below: number): Figure[] => [
    {
      name: `${name} ${what} at ${perSecond}/s, p50`,
      unit: 'ms',
      runs: runs.map((run) => percentile(waits(run), 0.5)),
    },
    {
      name: `${name} ${what} at ${perSecond}/s, p99`,
      unit: 'ms',
      runs: runs.map((run) => percentile(waits(run), 0.99)),
      target: { below },
    },
  ];
  return [
    ...figure('event frame', ({ events }) => events, 50),
    ...figure('transition frame', ({ transitions }) => transitions, 100),
  ];
}

const describe = (what: string, waits: readonly number[]) =>
  `${what} p50 ${percentile(waits, 0.5).toFixed(1)} ms, p99 ${percentile(waits, 0.99).toFixed(1)} ms`;

type Run = { readonly events: readonly number[]; readonly transitions: readonly number[] };

/** When the event of each client id, and the transition of each event, were here. */
type Frames = {
  readonly events: ReadonlyMap<string, { readonly eventId: string; readonly at: number }>;
  readonly transitions: ReadonlyMap<string, number>;
  readonly close: () => void;
};

type Body = {
  readonly event_id?: string;
  readonly provenance?: { readonly object_id: string };
  readonly cause?: { readonly event_id?: string };
};

async function followFrames(url: string, key: string): Promise<Frames> {
  const events = new Map<string, { eventId: string; at: number }>();
  const transitions = new Map<string, number>();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(url, { headers: { authorization: `Bearer ${key}` }, agent: false }, resolve).once('error', reject);
  const response = await promise;
  const following = Promise.withResolvers<undefined>();

  function take(block: string, at: number): void {
    const [, kind, data = '{}'] = /^event: (\w+)\ndata: (.*)$/m.exec(block) ?? [];
    if (kind === 'snapshot') following.resolve(undefined);
    const { event_id: eventId = '', provenance, cause } = JSON.parse(data) as Body;
    if (kind === 'event') events.set(provenance?.object_id ?? '', { eventId, at });
    if (kind === 'transition') transitions.set(cause?.event_id ?? '', at);
  }

  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const now = performance.now();
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) take(block, now);
  });
  await following.promise;
  return { events, transitions, close: () => void response.destroy() };
}

type Send = (body: object) => Promise<void>;

/** Sends the guides' flat body. @throws Error unless it is accepted. */
function createSend({
  url,
  key,
  agent,
}: {
  readonly url: string;
  readonly key: string;
  readonly agent: Agent;
}): Send {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return function send(body) {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const sent = request(url, { method: 'POST', headers, agent }, (answer) => {
      answer.resume().once('end', () => {
        if (answer.statusCode === 202) resolve(undefined);
        else reject(new Error(`a webhook was answered ${answer.statusCode ?? 0}`));
      });
    });
    sent.once('error', reject).end(JSON.stringify(body));
    return promise;
  };
}

type Offer = {
  readonly frames: Frames;
  readonly send: Send;
  readonly prefix: string;
  readonly firstNr: number;
  readonly seconds: number;
};

async function offer({ frames, send, prefix, firstNr, seconds }: Offer): Promise<Run> {
  const dueAt = new Map<string, number>();
  const sending: Promise<void>[] = [];
  await atEvenPace({ perSecond, seconds }, (nr, due) => {
    const id = `${prefix}-event-${firstNr + nr}`;
    dueAt.set(id, due);
    sending.push(
      send({
        user_id: `${prefix}-${firstNr + nr}`,
        event_id: id,
        event_type: 'readiness',
        timestamp: new Date().toISOString(),
        hrv_rmssd: 22,
        readiness_score: 58,
      }),
    );
  });
  await Promise.all(sending);
  const transitionAt = (id: string) => frames.transitions.get(frames.events.get(id)?.eventId ?? '');
  const allCame = () => Promise.resolve([...dueAt.keys()].every((id) => transitionAt(id) !== undefined));
  await waitUntil('every transition frame', allCame, { withinMs, everyMs: 200 });
  return {
    events: [...dueAt].map(([id, due]) => (frames.events.get(id)?.at ?? Infinity) - due),
    transitions: [...dueAt].map(([id, due]) => (transitionAt(id) ?? Infinity) - due),
  };
}
