import { randomBytes } from 'node:crypto';
import { alertId, hypothesisId, type Insight } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import { DataKey, type LiveSubject } from '@bridge/vault';
import { expect, it } from 'vitest';
import { ownerOfMessage } from './answered-message.ts';
import { insightRow } from './sealed-rows.ts';

const subjectId = '0190d3c1-0000-7000-8000-000000000001';
const person = {
  subjectId,
  userId: 'anna',
  key: new DataKey(randomBytes(32)),
  erased: false,
} as unknown as LiveSubject;
const own = alertId('a'.repeat(32), 'rule.pulse_high');
const asked = alertId('b'.repeat(32), 'rule.pulse_unexplained');
const others = alertId('c'.repeat(32), 'rule.pulse_irregular');
const never = alertId('d'.repeat(32), 'rule.pulse_high');

const insight = {
  ...{ insight_id: 'e'.repeat(32), user_id: 'anna', seq: 3, at: '2026-11-20T12:00:00.000Z' },
  ...{ kind: 'hypothesis_opened', rule: 'pulse_unexplained', status: 'open', summary: 'A question' },
  hypothesis_id: hypothesisId(asked),
} as Insight;

/** Its id is not that of an alert: it was opened beside one. */
const beside = hypothesisId(alertId('f'.repeat(32), 'contrary.pulse_high'));

const insights: readonly Insight[] = [
  insight,
  { ...insight, insight_id: '9'.repeat(32), rule: 'pulse_high', hypothesis_id: beside },
];

/** A store with two questions, and two alerts of two people. */
function store(allowed = true): Query {
  const episodes = [
    { alertId: Buffer.from(own, 'hex'), subjectId },
    { alertId: Buffer.from(others, 'hex'), subjectId: 'another' },
  ];
  const answer = (sql: string, values: readonly unknown[] = []): unknown[] => {
    if (sql.includes('from insights'))
      return insights.map((one) => ({
        id: Buffer.from(one.insight_id, 'hex'),
        insight: insightRow(one, 0, person).insight,
      }));
    if (sql.includes('has_schema_privilege')) return [{ allowed }];
    const [value] = values;
    if (typeof value === 'string') return episodes.filter((one) => one.subjectId === value);
    if (Buffer.isBuffer(value)) return episodes.filter((one) => one.alertId.equals(value));
    return episodes;
  };
  return ((sql: string, values?: readonly unknown[]) => Promise.resolve(answer(sql, values))) as Query;
}

it.each([
  ['an alert of this person', { alert_id: own }, 'own'],
  ['the question of an alert of this person', { hypothesis_id: hypothesisId(own) }, 'own'],
  ['a question of this person', { hypothesis_id: hypothesisId(asked) }, 'own'],
  ['a question beside an alert of this person', { hypothesis_id: beside }, 'own'],
  ['the alert of a question of this person', { alert_id: asked }, 'own'],
  ['an alert of somebody else', { alert_id: others }, 'of_another_person'],
  ['a question of somebody else', { hypothesis_id: hypothesisId(others) }, 'of_another_person'],
  ['an alert of nobody', { alert_id: never }, undefined],
  ['a question of nobody', { hypothesis_id: hypothesisId(never) }, undefined],
])('knows whose message was answered: %s', async (_, named, owner) => {
  expect(await ownerOfMessage(store(), person, named, 9)).toBe(owner);
});

it('knows only questions where alerts may not be read', async () => {
  expect(await ownerOfMessage(store(false), person, { alert_id: own }, 9)).toBeUndefined();
  expect(await ownerOfMessage(store(false), person, { alert_id: asked }, 9)).toBe('own');
});
