import { randomBytes, randomUUID } from 'node:crypto';
import { byteaArray, uuidArray } from '@bridge/postgres';
import { answersOk } from '../../local/wait-until.ts';
import { freePort } from '../proof/free-port.ts';
import type { Bench, BenchContext, Figure } from './bench.ts';
import { serviceProgram, start } from './service-process.ts';
import type { Rhythm } from './webhook-load/load.ts';
import { putLoad, summary, type ServerLoadResult } from './webhook-load/put-load.ts';

const users = 1_000;
const userPrefix = 'bench-oura-';

/** Signed notices of connected persons, answered when row and job are committed. */
export const measureSignedNotices: Bench = async (context) => {
  await connectPersons(context);
  await using servers = new AsyncDisposableStack();
  const secret = randomBytes(24).toString('hex');
  const ingest = await startIngest(context, secret);
  servers.defer(ingest.stop);

  const send = (prefix: string, rhythm: Rhythm) =>
    putLoad(ingest, { deliveries: { kind: 'oura', prefix, secret, userPrefix, users }, rhythm });
  await send('warm', { requests: 5_000 });
  const runs: ServerLoadResult[] = [];
  const paced: ServerLoadResult[] = [];
  for (let nr = 1; nr <= (context.quick ? 1 : 3); nr += 1) {
    runs.push(await send(`fast-${nr}`, { requests: context.quick ? 6_000 : 30_000 }));
    paced.push(await send(`paced-${nr}`, { perSecond: 1_000, seconds: context.quick ? 5 : 20 }));
    context.print(`signed notices, run ${nr}: ${summary(runs.at(-1))}`);
    context.print(`signed notices, run ${nr} at 1,000/s: ${summary(paced.at(-1))}`);
  }
  return figuresOf(runs, paced);
};

function figuresOf(runs: readonly ServerLoadResult[], paced: readonly ServerLoadResult[]): Figure[] {
  const name = 'ingest: signed notices (row and job committed)';
  return [
    {
      name,
      unit: 'requests/s',
      target: { atLeast: 3_000 },
      runs: runs.map(({ perSecond }) => perSecond),
    },
    {
      name: `${name}: CPU of process`,
      unit: 'ms/request',
      runs: runs.map(({ serverCpu }) => serverCpu),
    },
    { name: `${name}, p99 at 1,000/s`, unit: 'ms', runs: paced.map(({ p99 }) => p99), target: { below: 50 } },
  ];
}

/** Consents as they stand in the tables. Their vendor is not to be asked within the hour, so that their jobs wait. */
async function connectPersons({ clients: { postgres, vault } }: BenchContext): Promise<void> {
  const vendorIds = Array.from({ length: users }, (_, nr) => `${userPrefix}${nr}`);
  const people = await vault.subjectsFor(vendorIds);
  await postgres.query(
    `insert into ingest.connections (connection_id, subject_id, vendor, state, vendor_user, identity, not_before)
     select connection_id, subject_id, 'oura', 'active', vendor_user, $4, now() + interval '1 hour'
       from unnest($1::uuid[], $2::uuid[], $3::bytea[]) c(connection_id, subject_id, vendor_user)`,
    [
      uuidArray(vendorIds.map(() => randomUUID())),
      uuidArray(vendorIds.map((id) => people.get(id)?.subjectId ?? null)),
      byteaArray(vendorIds.map((id) => vault.userIndex(`oura/${id}`))),
      randomBytes(40),
    ],
  );
}

async function startIngest(context: BenchContext, secret: string) {
  const program = serviceProgram(context.stack, 'webhook-ingest');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const running = await start(context, {
    ...program,
    name: 'bench-webhook-ingest-signed',
    env: {
      ...program.env,
      PORT: String(port),
      LOG_LEVEL: 'info',
      OURA_CLIENT_ID: 'bench',
      OURA_CLIENT_SECRET: secret,
      OURA_VERIFICATION_TOKEN: randomBytes(16).toString('hex'),
      // Nobody listens there.
      OURA_API_URL: 'http://127.0.0.1:9',
      OURA_OAUTH_URL: 'http://127.0.0.1:9',
    },
    isReady: () => answersOk(`${url}/ready`),
  });
  return { ...running, port };
}
