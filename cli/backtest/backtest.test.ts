import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadRuleFile } from '@bridge/decision-store';
import { afterAll, expect, it } from 'vitest';
import { backtest } from './backtest.ts';
import type { BacktestSummary } from './backtest-summary.ts';
import { summaryLines } from './backtest-summary.ts';
import { openDailyFile } from './daily-file.ts';
import { openEventFile } from './event-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'backtest-'));
afterAll(() => rmSync(directory, { recursive: true }));
const { rules } = await loadRuleFile(resolve(import.meta.dirname, '../../config/neuros.yaml'));

type Message = Record<'transition' | 'alert' | 'insight', Record<string, unknown> | undefined>;

function run(lines: readonly string[], open = openEventFile) {
  const path = join(directory, 'input');
  writeFileSync(path, lines.join('\n'));
  const input = open(path);
  const faults: string[] = [];
  const messages: Message[] = [];
  const lived = backtest(input, { rules, onFault: (line, { field }) => faults.push(`${line} ${field}`) });
  let next = lived.next();
  for (; next.done !== true; next = lived.next()) messages.push(JSON.parse(next.value) as Message);
  input.close();
  const summary: BacktestSummary = next.value;
  return { messages, summary, faults };
}

const dayMs = 86_400_000;
const start = Date.UTC(2023, 0, 1);
const dateOf = (day: number) => new Date(start + day * dayMs).toISOString().slice(0, 10);

it('finds an illness in daily values on the morning of its second day', () => {
  const rows = Array.from({ length: 66 }, (_, day) => {
    const isIll = day >= 60;
    return [
      dateOf(day),
      58 + (day % 3) + (isIll ? 8 : 0),
      // The steps of a day count with the night after it.
      isIll ? 3_000 : 8_000 + 500 * (day % 4),
    ].join(',');
  });
  const { messages, summary, faults } = run(['date,resting_heart_rate,steps', ...rows], openDailyFile);
  const firing = messages.flatMap(({ alert }) => (alert?.['kind'] === 'rule.illness_watch' ? [alert] : []));
  expect(firing[0]).toMatchObject({ status: 'firing', at: `${dateOf(61)}T08:00:00.000Z` });
  expect(firing[0]?.['summary']).toMatch(/score/);
  expect(faults).toEqual([]);
  expect(summary).toMatchObject({
    persons: 1,
    events: 132,
    refused_lines: 0,
    from: `${dateOf(0)}T08:00:00.000Z`,
    until: `${dateOf(66)}T08:00:00.000Z`,
    person_months: 2.17,
  });
  expect(summary.alerts['rule.illness_watch']).toEqual({ warning: 1 });
});

it('decides live readings on the clock of their arrival, and lets time pass to the end of the file', () => {
  const pulse = (userId: string, minutes: number, value: number) =>
    JSON.stringify({
      user_id: userId,
      received_at: new Date(start + minutes * 60_000).toISOString(),
      timestamp: new Date(start + minutes * 60_000).toISOString(),
      event_type: 'heart_rate',
      context: 'rest',
      metrics: { heart_rate: value },
    });
  const { messages, summary, faults } = run([
    pulse('ada', 0, 150),
    pulse('ada', 1, 151),
    '{}',
    pulse('ben', 90, 60),
  ]);
  const story = messages.flatMap(({ transition, alert }) => {
    if (transition)
      return [`${String(transition['user_id'])} ${String(transition['to'])} ${String(transition['reason'])}`];
    return alert
      ? [`${String(alert['user_id'])} ${String(alert['status'])} ${String(alert['severity'])}`]
      : [];
  });
  expect(story).toEqual([
    'ada pattern first_decision',
    'ada reflex pulse_high',
    'ada firing critical',
    'ben pattern first_decision',
    // Of the tick at the end: nothing was measured any more.
    'ada pattern no_data',
    'ada unconfirmed critical',
  ]);
  expect(faults).toEqual(['3 received_at']);
  expect(summary).toMatchObject({
    persons: 2,
    events: 3,
    refused_lines: 1,
    alerts: { 'rule.pulse_high': { critical: 1 } },
    transitions: { 'none → pattern': 2, 'pattern → reflex': 1, 'reflex → pattern': 1 },
  });
  expect(summaryLines(summary)).toContain('alerts, rule.pulse_high: critical 1');
});

it('has nothing to say of an empty file', () => {
  const { messages, summary } = run(['']);
  expect(messages).toEqual([]);
  expect(summary).toMatchObject({
    persons: 0,
    events: 0,
    from: null,
    until: null,
    alerts_per_person_month: null,
  });
});
