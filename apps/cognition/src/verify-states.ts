import { connectPostgres } from '@bridge/postgres';
import { createLogger } from '@bridge/service-runtime';
import { createVault } from '@bridge/vault';
import { Registry } from 'prom-client';
import { loadRuleFile } from './adapters/rule-file.ts';
import { storedPersons } from './adapters/stored-persons.ts';
import { loadConfig } from './config.ts';
import { replayPerson } from './replay-person.ts';

// A tool of its own: `node src/verify-states.ts` replays every person's stored events and prints one line of JSON,
// {persons, events, differences: {kind: count}}; exits 1 if anything differs. Reads the service's environment.
const config = loadConfig(process.env);
const { rules } = await loadRuleFile(config.rules);
const log = createLogger({ service: 'verify-states', level: 'warn' });
const postgres = connectPostgres(config.postgres, { log, metrics: new Registry() });
const vault = createVault({ query: postgres.query, ...config.vault });

const result = { persons: 0, events: 0, differences: {} as Record<string, number> };
for await (const person of storedPersons(postgres.query, vault)) {
  result.persons += 1;
  result.events += person.events.length;
  for (const kind of replayPerson(person, rules)) {
    result.differences[kind] = (result.differences[kind] ?? 0) + 1;
  }
}
await postgres.close();
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = Object.keys(result.differences).length > 0 ? 1 : 0;
