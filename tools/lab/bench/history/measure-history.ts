import { join } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import { modes, utc, type BiometricEvent } from '@bridge/contracts';
import { keepRuleSet, loadRuleFile, type ActiveRules } from '@bridge/decision-store';
import { createBlockMaintenance, startDigesting } from '@bridge/history';
import { silentLog } from '@bridge/testing';
import type { Bench, BenchContext, Figure } from '../bench.ts';
import { startService } from '../service-process.ts';
import { historyEvent, storePerson } from './stored-person.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const atMostMs = { below: 100 };

/** How long the gateway takes to answer for what apps look back at: in ms, each of several requests. */
export const measureHistory: Bench = async (context) => {
  const active = await keepRuleSet(
    context.clients.postgres.query,
    await loadRuleFile(join(checkout, 'config', 'neuros.yaml')),
  );
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  const people = context.quick ? 1_000 : 10_000;
  await addPeople(context, people);
  const points = await addMonth(context, active, today);
  const nights = await addYear(context, active, today);

  const gateway = await startService(context, 'stream-gateway');
  try {
    const ask = createAsk(gateway.url, context);
    const month = `from=${utc(today - 30 * dayMs)}&to=${utc(today)}`;
    const year = `from=${utc(today - 365 * dayMs)}&to=${utc(today)}`;
    const figures: Figure[] = [
      await ask(`/users of ${people} people by urgency`, '/users?limit=100'),
      await ask(`/users of ${people} people, a part of the name`, '/users?limit=100&q=7'),
      await ask(`30 days of ${points} points`, `/users/month/readings?metric=heart_rate&${month}`),
      await ask(`a year of ${nights} days with its band`, `/users/year/readings?metric=hrv_rmssd&${year}`),
      await ask('the state of a person, the day read from its events', '/users/month/state'),
    ];
    return figures;
  } finally {
    await gateway.stop();
  }
};

/** Everybody has a state, one in fifteen an open alert. */
async function addPeople({ clients, print }: BenchContext, count: number): Promise<void> {
  const { postgres, vault } = clients;
  const started = performance.now();
  for (let from = 0; from < count; from += 1_000) {
    const names = Array.from({ length: Math.min(1_000, count - from) }, (_, index) => `user-${from + index}`);
    const ids = [...(await vault.subjectsFor(names)).values()].map(({ subjectId }) => subjectId);
    await postgres.query(
      `insert into neuros_checkpoints (thread_id, version, seq, mode, state, mode_since, last_event_at)
       select id, 1, 1, ($2::text[])[1 + nr % 4], decode(repeat('c5', 1500), 'hex'), now() - nr * interval '1 min', now()
         from unnest($1::uuid[]) with ordinality as p(id, nr)`,
      [ids, modes],
    );
    await postgres.query(
      `insert into alerts.episodes (alert_id, subject_id, kind, status, severity, opened_at, updated_at, version, source)
       select sha256(uuid_send(id)), id, 'rule.pulse_high', 'firing', case nr % 3 when 0 then 'critical' else 'warning' end,
              now() - nr * interval '1 min', now(), 1, 'bench'
         from unnest($1::uuid[]) with ordinality as p(id, nr) where nr % 15 = 0`,
      [ids],
    );
  }
  for (const table of ['neuros_checkpoints', 'keys.subjects', 'alerts.episodes'])
    await postgres.query(`vacuum (analyze) ${table}`);
  print(`history: ${count} people were added in ${Math.round(performance.now() - started)} ms`);
}

/** A pulse every 26 seconds for 30 days and the running one, in blocks but for that. Returns the points of 30 days. */
async function addMonth(
  { clients, quick }: BenchContext,
  active: ActiveRules,
  today: number,
): Promise<number> {
  const total = quick ? 10_000 : 100_000;
  const stepMs = Math.floor((30 * dayMs) / total);
  const store = await storePerson('month', { ...clients, active });
  let batch: BiometricEvent[] = [];
  for (let at = today - 30 * dayMs; at < Date.now() - 60_000; at += stepMs) {
    const value = 55 + Math.round(40 * Math.abs(Math.sin(at / hourMs)));
    batch.push(historyEvent('month', at, 'heart_rate', [{ metric: 'heart_rate', value, unit: '/min' }]));
    if (batch.length < 1_000) continue;
    await store.add(batch);
    batch = [];
  }
  if (batch.length > 0) await store.add(batch);
  await finishDays(clients, active, Date.now(), store.person.subjectId);
  await store.close();
  return total;
}

/** A night a day for a year; the days are finished one after another, as they would have been. */
async function addYear(
  { clients, quick }: BenchContext,
  active: ActiveRules,
  today: number,
): Promise<number> {
  const nights = quick ? 60 : 365;
  const store = await storePerson('year', { ...clients, active });
  for (let day = nights; day >= 1; day -= 1) {
    const end = today - day * dayMs + 6 * hourMs;
    const within = {
      start: utc(end - 7 * hourMs),
      end: utc(end),
      context: 'sleep',
      statistic: 'average',
    } as const;
    const reading = { metric: 'hrv_rmssd', value: 40 + ((day * 7) % 13), unit: 'ms', ...within };
    await store.add([historyEvent('year', end, 'sleep', [reading])]);
    await finishDays(clients, active, today - (day - 1) * dayMs + hourMs, store.person.subjectId);
  }
  await store.close();
  return nights;
}

/** The job of cognition, for one person, as if it were this time. */
async function finishDays(
  { postgres, vault }: BenchContext['clients'],
  { rules }: ActiveRules,
  now: number,
  subjectId: string,
): Promise<void> {
  const digesting = startDigesting();
  const held = await postgres.reserve();
  await held.query(
    `insert into cognition.reading_progress (subject_id, due_at) values ($1, to_timestamp(0))
         on conflict (subject_id) do update set due_at = to_timestamp(0)`,
    [subjectId],
  );
  const maintain = createBlockMaintenance({
    ...{ vault, digesting, log: silentLog, retentionDays: 400, newWithinMs: 10 * 365 * dayMs },
    rules: () => rules,
    now: () => now,
  });
  await maintain(held.query);
  await held.close();
  await digesting.close();
}

/** Each figure is made of requests one after another, after some that warm up. */
function createAsk(url: string, { stack, quick, print }: BenchContext) {
  const headers = { authorization: `Bearer ${String(stack.env['AUREN_MASTER_API_KEY'])}` };
  return async function ask(name: string, path: string): Promise<Figure> {
    const runs: number[] = [];
    let size = 0;
    for (let nr = 0; nr < (quick ? 5 : 25); nr += 1) {
      const started = performance.now();
      const response = await fetch(url + path, { headers });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${name}: answered ${response.status}`);
      if (nr >= 3) runs.push(performance.now() - started);
      size = text.length;
    }
    const slowest = Math.round(Math.max(...runs));
    print(`history: ${name}: slowest ${slowest} ms, ${size} bytes`);
    return { name: `history: ${name}`, unit: 'ms', runs, target: atMostMs };
  };
}
