import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { backtest } from '@bridge/cli/backtest';
import { openEventFile } from '@bridge/cli/event-file';
import { loadRuleFile } from '@bridge/decision-store';
import { afterAll, expect, it } from 'vitest';
import { loadEngine } from '../evaluate/engines/mode-policy.ts';
import { personEvents } from './person-events.ts';
import { createPerson } from './person.ts';

const directory = mkdtempSync(join(tmpdir(), 'backtest-'));
afterAll(() => rmSync(directory, { recursive: true }));
const config = resolve(import.meta.dirname, '../../../config/neuros.yaml');

it('a backtest decides as the yardstick does, with late documents, corrections and an illness', async () => {
  const episode = { kind: 'illness', day: 70, days: 5 } as const;
  const events = [3, 8].flatMap((seed) => [
    ...personEvents(createPerson(seed, 'ring_and_strap', { episode }), 80),
  ]);
  const path = join(directory, 'events.ndjson');
  writeFileSync(path, events.map((event) => JSON.stringify(event)).join('\n'));
  const input = openEventFile(path);
  const { rules } = await loadRuleFile(config);
  const lines = [...backtest(input, { rules, onFault: (line) => expect.fail(`line ${line} is refused`) })];
  input.close();
  const told = lines.flatMap((line) => {
    const { alert } = JSON.parse(line) as { alert?: { alert_id: string; status: string; at: string } };
    return alert === undefined ? [] : [`${alert.alert_id} ${alert.status} ${alert.at}`];
  });

  const createEngine = await loadEngine(config);
  const engines = new Map(events.map(({ user_id: userId }) => [userId, createEngine(userId)]));
  const decided = events.map((event) => engines.get(event.user_id)?.decide(event));
  const end = Math.max(...events.map(({ received_at: received }) => Date.parse(received)));
  const ticked = [...engines.values()].map((engine) => engine.tick(end));
  const alerts = [...decided, ...ticked].flatMap((output) => output?.alerts ?? []);
  expect(told.length).toBeGreaterThan(4);
  expect(told).toEqual(alerts.map(({ alert_id: id, status, at }) => `${id} ${status} ${at}`));
});
