import { connectPostgres, type Query } from '@bridge/postgres';
import { createTestDatabase, silentLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { expect, it, onTestFinished } from 'vitest';
import { requireRules } from '@bridge/mode-policy';
import { createKeptRules, keepRuleSet } from '@bridge/decision-store';
import { rulesSource } from './open-worker.ts';

it('a rule set that could not be read is read again by the next who asks, and then kept', async () => {
  const database = await createTestDatabase();
  const settings = { url: database.urlFor('cognition'), max: 1, applicationName: 'cognition-test' };
  const postgres = connectPostgres(settings, { log: silentLog, metrics: new Registry() });
  onTestFinished(async () => {
    await postgres.close();
    await database.close();
  });
  const rules = requireRules(rulesSource, 'neuros.yaml');
  const { nr } = await keepRuleSet(postgres.query, { rules, source: rulesSource });

  let asked = 0;
  const cutOnce: Query = (text, params) => {
    asked += 1;
    // The server ends the first one, as when it is shut down.
    return asked === 1
      ? postgres.query('select pg_terminate_backend(pg_backend_pid())')
      : postgres.query(text, params);
  };
  const kept = createKeptRules(cutOnce);
  await expect(kept.byNr(nr)).rejects.toMatchObject({ code: '57P01' });
  expect((await kept.byNr(nr)).hash).toBe(rules.hash);
  expect((await kept.byNr(nr)).hash).toBe(rules.hash);
  expect(asked).toBe(2);
});
