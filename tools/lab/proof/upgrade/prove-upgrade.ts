import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@bridge/contracts';
import { checkout } from '@bridge/cli/stack-paths';
import { policyVersion } from '@bridge/mode-policy';
import { connectPostgres } from '@bridge/postgres';
import { silentLog } from '@bridge/testing';
import { createVault, parseKey, parseKeyList, startSealing, type Vault } from '@bridge/vault';
import { Registry } from 'prom-client';
import type { Stack } from '../../../local/start-stack.ts';
import { loadEngine } from '../../evaluate/engines/mode-policy.ts';
import { cognitionLoad } from '../cognition/load.ts';
import { workerKilled } from '../faults.ts';
import { ingestMessage } from '../ingest-event.ts';
import type { Proof, ProofResult } from '../proof.ts';
import { publishLoad } from '../publish-load.ts';
import { createRandom } from '../random.ts';
import { explainNewest, verifyStates } from '../replay-checks.ts';
import { connectClients, type ServerClients } from '../server-clients.ts';
import { withServers } from '../start-servers.ts';
import { stopWhenPublished } from '../stop-when-published.ts';
import { waitUntilCaughtUp } from '../wait-until-caught-up.ts';
import { prepareWorkers, type Worker } from '../workers.ts';
import { checkOldAlert, compareAlerts, readAlerts } from './check-alerts.ts';
import { createPeople, eventsUntil, type UpgradedPerson } from './people.ts';
import { createVersion2Writer, personsAtOnce } from './store-version-2.ts';

type Size = {
  readonly persons: number;
  readonly watches: number;
  readonly days: number;
  /** Of other people, beside those who are upgraded. */
  readonly perSecond: number;
  readonly seconds: number;
};

const full: Size = { persons: 1_000, watches: 20, days: 60, perSecond: 500, seconds: 120 };
const cut: Size = { persons: 60, watches: 2, days: 60, perSecond: 200, seconds: 10 };

/** What arrives in the last hours comes as load, after the upgrade began. */
const loadHours = 6;

type Setting = {
  readonly size: Size;
  readonly people: readonly UpgradedPerson[];
  /** Up to when version 2 decided, and the end of the load; in ms since 1970. */
  readonly cut: number;
  readonly end: number;
};

/**
 * People with weeks of history that version 2 decided are upgraded while their new events, and those of others, arrive and a
 * worker is killed. Then: everybody was upgraded, open alerts of version 2 are resolved, and nobody has an alert that the
 * same person would not have who was always on this policy.
 */
export const proveUpgrade: Proof = async ({ size: persons, seconds, seed, short, print }) => {
  const chosen = short ? cut : full;
  const size = {
    ...chosen,
    ...(persons !== undefined && { persons }),
    ...(seconds !== undefined && { seconds }),
  };
  return withServers(short ? 'proof-upgrade-short' : 'proof-upgrade', print, async (stack, stops) => {
    const clients = await connectClients(stack);
    stops.defer(() => clients.close());
    const workers = await prepareWorkers(stack, 2, print);
    stops.defer(async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    });
    const end = Date.now();
    const people = createPeople({ seed, count: size.persons, watches: size.watches });
    const setting = { size, people, cut: end - loadHours * 3_600_000, end };
    const vault = vaultOf(stack, clients);
    const stored = await storeHistories(stack, vault, setting);
    print(`  ${stored} events of version 2 are stored`);
    const ran = await runUpgrade(setting, { clients, workers, seed });
    await stopWhenPublished(clients, workers);
    const checked = await check(clients, vault, setting, workers);
    return {
      figures: { persons: people.length, 'events before': stored, ...ran.figures, ...checked.figures },
      failures: [...ran.failures, ...checked.failures],
    };
  });
};

function vaultOf({ env }: Stack, { query }: ServerClients): Vault {
  const kek = parseKeyList(env['LANGGRAPH_AES_KEY'] ?? '');
  return createVault({ query, kek, indexKey: parseKey(env['BRIDGE_INDEX_KEY'] ?? ''), cacheSize: 2_000 });
}

async function storeHistories({ urls }: Stack, vault: Vault, { size, people, cut: until }: Setting) {
  await using stops = new AsyncDisposableStack();
  const postgres = connectPostgres(
    { url: urls.postgres, max: personsAtOnce, applicationName: 'proof-upgrade' },
    { log: silentLog, metrics: new Registry() },
  );
  stops.defer(() => postgres.close());
  const sealing = startSealing({
    onLost: (error) => {
      throw error;
    },
  });
  stops.defer(() => sealing.close());
  const storePerson = await createVersion2Writer({ postgres, vault, sealing });
  let stored = 0;
  const waiting = people.values();
  const lane = async () => {
    for (const one of waiting) stored += await storePerson(one, eventsUntil(one, size.days, until));
  };
  await Promise.all(Array.from({ length: personsAtOnce }, lane));
  return stored;
}

async function runUpgrade(
  { size, people, cut: from, end }: Setting,
  {
    clients,
    workers,
    seed,
  }: { readonly clients: ServerClients; readonly workers: readonly Worker[]; readonly seed: number },
) {
  const { kafka, query, makeMessage } = clients;
  const partitions = (await (await kafka.admin()).fetchTopicOffsets(topics.events.name)).length;
  // As many have nothing new: only time decides them.
  const reporting = people.filter((_, nr) => nr % 10 !== 9);
  const events = reporting
    .flatMap((one) =>
      [...eventsUntil(one, size.days, end)].filter(({ received_at }) => Date.parse(received_at) > from),
    )
    .sort((a, b) => Date.parse(a.received_at) - Date.parse(b.received_at));
  const own = events.map((event) => ingestMessage(event, makeMessage));
  const others = cognitionLoad({
    ...{ size: size.seconds * size.perSecond, persons: 500, partitions, makeMessage },
    ...{ random: createRandom(seed), now: Date.now },
  });
  const started = Date.now();
  const publishing = Promise.all([
    publishLoad(kafka, own.values(), { perSecond: Math.ceil(own.length / size.seconds) }),
    publishLoad(kafka, others, size),
  ]);
  await Promise.all(workers.map((worker) => worker.start()));
  const failures = await checkDueWithinAnHour(clients);
  await sleep(Math.min(5_000, (size.seconds * 1_000) / 3));
  const kill = workerKilled(workers);
  await kill.inject(kill.targets[0] ?? '');
  const [newEvents, ofOthers] = await publishing;
  await waitUntilCaughtUp(clients, workers, 300_000);
  const [{ left } = { left: 0 }] = await query<{ left: number }>(
    'select count(*)::int left from neuros_checkpoints where policy_version < $1',
    [policyVersion],
  );
  // They are due within the hour; nobody waits for that here.
  await query('update neuros_checkpoints set next_due = now() where policy_version < $1', [policyVersion]);
  failures.push(...(await waitForUpgrades(clients)));
  await waitUntilCaughtUp(clients, workers);
  return {
    failures,
    figures: {
      'events after, of the upgraded': newEvents,
      'messages of others': ofOthers,
      'upgraded by time alone': left,
      'seconds from the start to the last upgrade': Math.round((Date.now() - started) / 1_000),
    },
  };
}

async function checkDueWithinAnHour({ query }: ServerClients): Promise<string[]> {
  const [row] = await query<{ late: number }>(
    `select count(*)::int late from neuros_checkpoints
      where policy_version < $1 and (next_due is null or next_due > now() + interval '1 hour')`,
    [policyVersion],
  );
  const late = row?.late ?? 0;
  return late === 0 ? [] : [`${late} persons of version 2 are not due within an hour of the start`];
}

async function waitForUpgrades({ query }: ServerClients): Promise<string[]> {
  const until = Date.now() + 120_000;
  for (;;) {
    const [row] = await query<{ left: number }>(
      'select count(*)::int left from neuros_checkpoints where policy_version < $1',
      [policyVersion],
    );
    if (row?.left === 0) return [];
    if (Date.now() > until) return [`${row?.left ?? 0} persons were not upgraded`];
    await sleep(500);
  }
}

async function check(
  clients: ServerClients,
  vault: Vault,
  { size, people, cut: until }: Setting,
  workers: readonly Worker[],
): Promise<ProofResult> {
  const replay = await verifyStates(workers[0]);
  const explained = await explainNewest(workers[0]);
  const alerts = await readAlerts(clients);
  const createEngine = await loadEngine(join(checkout, 'config/neuros.yaml'));
  const subjects = await vault.find(people.map(({ userId }) => userId));
  const failures: string[] = [];
  let [raised, expected] = [0, 0];
  for (const one of people) {
    const person = subjects.get(one.userId);
    if (!person || person.erased) throw new Error('a person of the proof is gone');
    const signals = alerts.get(one.userId) ?? [];
    const history = eventsUntil(one, size.days, until);
    const compared = await compareAlerts(clients.query, { person, history, signals, createEngine });
    failures.push(...checkOldAlert(one, signals), ...compared.failures);
    raised += compared.raised;
    expected += compared.expected;
  }
  return {
    figures: {
      'open alerts of version 2': people.filter(({ alertId }) => alertId !== null).length,
      'alerts after the upgrade': raised,
      'of the same people, always on this policy': expected,
      'explained, identical': explained.identical,
      replay: replay.output,
    },
    failures: [...replay.failures, ...explained.failures, ...failures],
  };
}
