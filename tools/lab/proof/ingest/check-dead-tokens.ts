import { setTimeout as sleep } from 'node:timers/promises';
import { biometricEventSchema, topics } from '@bridge/contracts';
import { scanTopic } from '@bridge/testing';
import { waitUntil } from '../../../local/wait-until.ts';
import { vendors as allVendors } from '../../vendor-sim/vendor.ts';
import type { ProofResult } from '../proof.ts';
import type { ServerClients } from '../server-clients.ts';
import type { ObservedVendors } from './observed-vendors.ts';
import { connectPeople, type Person } from './people.ts';
import { statesOf } from './states-of.ts';

type Options = {
  readonly vendors: ObservedVendors;
  readonly clients: Pick<ServerClients, 'kafka' | 'codec' | 'query'>;
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
const newcomerCount = 10;

/** A document that was put, and the name of its object on the topic. */
type Delivery = { readonly name: string; readonly putAt: number };

/**
 * The refresh tokens of some people are refused, each time in another form, while Oura sends notices of everybody and new
 * people consent. Nobody healthy may lose a notice or a consent, or wait longer than ten seconds.
 */
export async function checkDeadTokens(options: Options): Promise<ProofResult> {
  const { vendors, clients, people, healthy, dead, url, apiKey, print } = options;
  const { sim } = vendors;
  const access = { sim, url, apiKey };
  const more = await connectPeople({ ...access, count: healthy - people.length, name: 'healthy' });
  const doomed = await connectPeople({ ...access, count: dead, name: 'dead' });
  const sound = [...people, ...more];
  await options.waitForPulls();

  sim.faults('oura', { duplicateShare: 0, lateShare: 0, deadTokens: doomed.map(({ oura }) => oura) });
  print(`  the tokens of ${String(dead)} people are dead, among ${String(healthy)} healthy ones`);
  const sending = sendToAll(options, { sound, doomed });
  const newcomers = await connectNewcomers(access);
  const deliveries = await sending;
  const published = await waitForEvents(clients, deliveries);

  const delaysMs = deliveries.flatMap(({ name, putAt }) => {
    const at = published.get(name);
    return at === undefined ? [] : [at - putAt];
  });
  const consentsMs = newcomers.flatMap(({ tookMs }) => tookMs ?? []);
  const everybodySound = [...sound, ...newcomers.flatMap((one) => one.people)];
  const consents = await countActive(everybodySound, access);
  const deadOnes = await statesOf(doomed, access);
  const wrong = {
    'notices of healthy people lost': deliveries.length - delaysMs.length,
    'notices of healthy people later than 10 s': delaysMs.filter((ms) => ms > mostDelayMs).length,
    'new consents lost': newcomerCount - consentsMs.length,
    'new consents later than 10 s': consentsMs.filter((ms) => ms > mostDelayMs).length,
    'healthy consents lost': everybodySound.length * allVendors.length - consents,
    'dead tokens that count as good': deadOnes.filter(({ oura }) => oura !== 'needs_consent').length,
    'good tokens of theirs that count as dead': deadOnes.filter(({ whoop }) => whoop !== 'active').length,
  };
  return {
    figures: {
      'dead tokens: healthy people': sound.length,
      'dead tokens: dead ones': deadOnes.length,
      'dead tokens: slowest event, ms': Math.max(0, ...delaysMs),
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
  const put = ({ userId, oura }: Person): Delivery => {
    const id = `alive-${oura}`;
    const putAt = Date.now();
    sim.put('oura', oura, 'daily_sleep', { id, day, timestamp: `${day}T00:00:00+00:00`, score: 80 });
    return { name: `${userId}/daily_sleep/${id}`, putAt };
  };
  const started = Date.now();
  const every = Math.max(1, Math.floor(sound.length / doomed.length));
  for (const [nr, person] of sound.entries()) {
    const other = doomed[nr / every];
    if (other !== undefined) {
      sim.faults('oura', { refusalForm: forms[(nr / every) % forms.length] });
      put(other);
    }
    deliveries.push(put(person));
    await sleep(Math.max(0, started + ((nr + 1) / sound.length) * spreadMs - Date.now()));
  }
  return deliveries;
}

type Access = Pick<Parameters<typeof connectPeople>[0], 'sim' | 'url' | 'apiKey'>;
type Newcomer = { readonly people: readonly Person[]; readonly tookMs: number | undefined };

/** New people, one after another, and how long the consents of each took; undefined if one failed. */
async function connectNewcomers(access: Access): Promise<Newcomer[]> {
  const connected: Newcomer[] = [];
  for (let nr = 0; nr < newcomerCount; nr += 1) {
    const began = Date.now();
    const name = `newcomer-${String(nr)}`;
    const people = await connectPeople({ ...access, count: 1, name }).catch(() => undefined);
    connected.push({ people: people ?? [], tookMs: people && Date.now() - began });
    await sleep(1_000);
  }
  return connected;
}

/** How many consents of these people are active. */
async function countActive(people: readonly Person[], access: Access): Promise<number> {
  const states = await statesOf(people, access);
  return states.flatMap((of) => Object.values(of)).filter((state) => state === 'active').length;
}

/**
 * When the event of each delivery came to the topic, in milliseconds. Waits a minute for the vendor's requests and the
 * outbox; a delivery without an event is missing.
 */
async function waitForEvents(
  { kafka, codec, query }: Options['clients'],
  deliveries: readonly Delivery[],
): Promise<ReadonlyMap<string, number>> {
  const wanted = new Set(deliveries.map(({ name }) => name));
  const published = new Map<string, number>();
  const read = () =>
    scanTopic(kafka, topics.events.name, async ({ value, brokerTime }) => {
      const decoded = await codec.decode(value);
      const event = biometricEventSchema.safeParse(decoded.kind === 'ok' ? decoded.value : undefined).data;
      if (event === undefined) return;
      const name = `${event.user_id}/${event.provenance.object_id ?? ''}`;
      if (wanted.has(name) && !published.has(name)) published.set(name, brokerTime);
    });
  const isSettled = async () => {
    const [row] = await query<{ resolved: number }>(
      `select count(*)::int resolved from ingest.notices where state = 'resolved' and data_type = 'daily_sleep'
          and received_at >= $1 and not exists (select from ingest.outbox)`,
      [new Date(Math.min(...deliveries.map(({ putAt }) => putAt)))],
    );
    return (row?.resolved ?? 0) >= deliveries.length;
  };
  // Without success the topic shows what is missing.
  await waitUntil('the notices of everybody healthy', isSettled, { withinMs: 60_000, everyMs: 500 }).catch(
    () => undefined,
  );
  await read();
  return published;
}
