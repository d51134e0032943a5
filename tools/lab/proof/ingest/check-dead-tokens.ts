import { setTimeout as sleep } from 'node:timers/promises';
import type { Query } from '@bridge/postgres';
import { waitUntil } from '../../../local/wait-until.ts';
import type { ProofResult } from '../proof.ts';
import type { ObservedVendors } from './observed-vendors.ts';
import { connectPeople, type Person } from './people.ts';

type Options = {
  readonly vendors: ObservedVendors;
  readonly query: Query;
  /** Those who are connected already. */
  readonly people: readonly Person[];
  readonly healthy: number;
  readonly dead: number;
  /** Over which every healthy person's notice is spread. */
  readonly spreadMs: number;
  readonly url: string;
  readonly apiKey: string;
  /** Resolves when the first pulls of everybody are done. */
  readonly waitForPulls: () => Promise<void>;
  readonly print: (line: string) => void;
};

/** What another person's dead token may cost a healthy one. */
const mostDelayMs = 10_000;
/** New people who consent meanwhile. */
const newcomers = 10;

type Delivery = { readonly account: string; readonly object: string; readonly putAt: number };

/**
 * The refresh tokens of some people are refused, each time in another form, while Oura sends notices of everybody and new
 * people consent. Nobody healthy may lose a notice or a consent, or wait longer than ten seconds.
 */
export async function checkDeadTokens(options: Options): Promise<ProofResult> {
  const { vendors, query, people, healthy, dead, url, apiKey, print } = options;
  const { sim } = vendors;
  const access = { sim, url, apiKey };
  const more = await connectPeople({ ...access, count: healthy - people.length, name: 'healthy' });
  const doomed = await connectPeople({ ...access, count: dead, name: 'dead' });
  await options.waitForPulls();

  sim.faults('oura', { duplicateShare: 0, lateShare: 0, deadTokens: doomed.map(({ oura }) => oura) });
  print(`  the tokens of ${String(dead)} people are dead, among ${String(healthy)} healthy ones`);
  const sending = sendToAll(options, { sound: [...people, ...more], doomed });
  const consentsMs = await connectNewcomers(access);
  const deliveries = await sending;
  await waitUntil('the documents of everybody healthy', () => allArrived(options, deliveries), {
    withinMs: 60_000,
    everyMs: 500,
  }).catch(() => undefined);

  const delays = delaysOf(vendors, deliveries);
  const [states] = await query<{ ended: number; other: number }>(
    `select (count(*) filter (where state = 'needs_consent' and vendor = 'oura'))::int ended,
            (count(*) filter (where state not in ('needs_consent', 'active')))::int other
       from ingest.connections`,
  );
  const slow = delays.arrived.filter((ms) => ms > mostDelayMs).length;
  const slowConsents = consentsMs.filter((ms) => ms > mostDelayMs).length;
  const wrong = {
    'notices of healthy people lost': delays.missing,
    'notices of healthy people later than 10 s': slow,
    'new consents later than 10 s': slowConsents,
    'new consents lost': newcomers - consentsMs.length,
    'healthy consents lost': Math.max(0, (states?.ended ?? 0) - dead) + (states?.other ?? 0),
    'dead tokens that count as good': Math.max(0, dead - (states?.ended ?? 0)),
  };
  return {
    figures: {
      'dead tokens: healthy people': healthy,
      'dead tokens: dead ones': dead,
      'dead tokens: slowest document, ms': Math.max(0, ...delays.arrived),
      'dead tokens: slowest new consent, ms': Math.max(0, ...consentsMs),
    },
    failures: Object.entries(wrong).flatMap(([what, count]) =>
      count > 0 ? [`${String(count)} ${what}`] : [],
    ),
  };
}

type Everybody = { readonly sound: readonly Person[]; readonly doomed: readonly Person[] };

const forms = ['invalid_grant', 'invalid_request', 'plain', 'html', '401', '200'] as const;

/** Puts one document of each person, the doomed ones among the others. Returns those of the sound ones. */
async function sendToAll(
  { vendors: { sim }, spreadMs }: Options,
  { sound, doomed }: Everybody,
): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  const day = new Date().toISOString().slice(0, 10);
  const put = (account: string) => {
    const id = `alive-${account}`;
    sim.put('oura', account, 'daily_sleep', { id, day, timestamp: `${day}T00:00:00+00:00`, score: 80 });
    return { account, object: `daily_sleep/${id}`, putAt: Date.now() };
  };
  const started = Date.now();
  const every = Math.max(1, Math.floor(sound.length / doomed.length));
  for (const [nr, { oura }] of sound.entries()) {
    const other = doomed[nr / every];
    if (other !== undefined) {
      sim.faults('oura', { refusalForm: forms[(nr / every) % forms.length] });
      put(other.oura);
    }
    deliveries.push(put(oura));
    await sleep(Math.max(0, started + ((nr + 1) / sound.length) * spreadMs - Date.now()));
  }
  return deliveries;
}

/** How long each consent took, in milliseconds; one that failed is missing. */
async function connectNewcomers(access: Parameters<typeof connectOne>[0]): Promise<number[]> {
  const took: number[] = [];
  for (let nr = 0; nr < newcomers; nr += 1) {
    const ms = await connectOne(access, nr).catch(() => undefined);
    if (ms !== undefined) took.push(ms);
    await sleep(1_000);
  }
  return took;
}

async function connectOne(
  access: Pick<Parameters<typeof connectPeople>[0], 'sim' | 'url' | 'apiKey'>,
  nr: number,
): Promise<number> {
  const began = Date.now();
  await connectPeople({ ...access, count: 1, name: `newcomer-${String(nr)}` });
  return Date.now() - began;
}

function allArrived({ vendors }: Options, deliveries: readonly Delivery[]): Promise<boolean> {
  return Promise.resolve(delaysOf(vendors, deliveries).missing === 0);
}

/** From each notice to the first fetch of its document. */
function delaysOf({ documentRequests }: ObservedVendors, deliveries: readonly Delivery[]) {
  const fetchedAt = new Map<string, number>();
  for (const { account, object, status, at } of documentRequests) {
    const key = `${account ?? ''}/${object}`;
    if (status === 200 && !fetchedAt.has(key)) fetchedAt.set(key, at);
  }
  const arrived = deliveries.flatMap(({ account, object, putAt }) => {
    const at = fetchedAt.get(`${account}/${object}`);
    return at === undefined ? [] : [at - putAt];
  });
  return { arrived, missing: deliveries.length - arrived.length };
}
