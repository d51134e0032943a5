import { parentPort, workerData } from 'node:worker_threads';
import { retryVerdict } from '@bridge/core';
import { createKeptRules } from '@bridge/decision-store';
import { connectPostgres } from '@bridge/postgres';
import { createLogger } from '@bridge/service-runtime';
import { createVault, DataKey } from '@bridge/vault';
import { Registry } from 'prom-client';
import { explainDecisions } from './explain-id.ts';
import type { ExplainRequest, ExplainResponse, ExplainSettings } from './start-explaining.ts';

// The other side of `start-explaining.ts`: decides again with a connection of its own. Requests are answered in their order.
const { postgresUrl, kek, indexKey } = workerData as ExplainSettings;
const { query } = connectPostgres(
  { url: postgresUrl, max: 1, applicationName: 'explain', statementTimeoutMs: 20_000 },
  { log: createLogger({ service: 'explain', level: 'warn' }), metrics: new Registry() },
);
const vault = createVault({
  query,
  kek: { current: kek.current, byId: new Map(kek.keys.map(([id, key]) => [id, new DataKey(key)])) },
  indexKey: new DataKey(indexKey),
  cacheSize: 100,
});
const archive = { query, vault, kept: createKeptRules(query), isNoted: true };
let answering = Promise.resolve();

parentPort?.on('message', ({ nr, id }: ExplainRequest) => {
  answering = answering.then(async () => {
    const response = await answer(nr, id);
    parentPort?.postMessage(response);
  });
});

async function answer(nr: number, id: string): Promise<ExplainResponse> {
  try {
    return { nr, ok: true, explanations: await explainDecisions(archive, id) };
  } catch (error) {
    // An error loses its code on the way.
    return { nr, ok: false, error, isTransient: retryVerdict(error) !== 'permanent' };
  }
}
