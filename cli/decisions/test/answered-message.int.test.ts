import { hypothesisId } from '@bridge/contracts';
import { ownerOfMessage } from '@bridge/decision-store';
import { measured, randomName } from '@bridge/testing';
import type { LiveSubject } from '@bridge/vault';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStoredDecisions, type StoredDecisions } from './stored-decisions.ts';

// An answer names an alert or a question that the person's state has forgotten.

let stored: StoredDecisions;
const people: LiveSubject[] = [];
const alerts = ['a', 'b'].map((digit) => digit.repeat(32));

beforeAll(async () => {
  stored = await openStoredDecisions();
  for (const [nr, alert] of alerts.entries()) {
    const user = randomName('user');
    const place = { partition: 0, offset: nr };
    const subject = await stored.decideAll([{ event: measured(user, 0, 60, 85), place }]);
    await stored.owner.query(
      `insert into alerts.episodes
         (alert_id, subject_id, kind, status, severity, opened_at, updated_at, version, source, evidence)
       values ($1, $2, 'rule.pulse_irregular', 'firing', 'info', now(), now(), 1, 'cognition', '')`,
      [Buffer.from(alert, 'hex'), subject],
    );
    const person = (await stored.vault.byId([subject])).get(subject);
    if (!person || person.erased) throw new Error('no such person');
    people.push(person);
  }
});
afterAll(() => stored.close());

it.each([
  ['own', 'a'],
  ['of_another_person', 'b'],
  [undefined, 'c'],
])('an alert or its question is %s', async (owner, digit) => {
  const [person] = people;
  if (person === undefined) throw new Error('nobody is there');
  const alert_id = digit.repeat(32);
  for (const named of [{ alert_id }, { hypothesis_id: hypothesisId(alert_id) }])
    expect(await ownerOfMessage(stored.owner.query, person, named, 9)).toBe(owner);
});
