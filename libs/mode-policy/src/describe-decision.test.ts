import { expect, it } from 'vitest';
import { createPerson } from '../test/policy-story.ts';
import { describeDecision, type ExplainedAnswer } from './describe-decision.ts';

const decision = createPerson().reports({ heart_rate: 60 }).last;

it.each<[ExplainedAnswer, string]>([
  [{ status: 'taken', rule: 'pulse_high' }, 'taken, of pulse_high'],
  [{ status: 'dropped', reason: 'settled' }, 'dropped: the question was settled before'],
  [{ status: 'dropped', reason: 'unknown' }, 'dropped: no such question or alert is open for this person'],
  [{ status: 'dropped', reason: 'of_another_person' }, 'dropped: it names a message to another person'],
])('says what became of an answer', (answer, text) => {
  expect(describeDecision({ ...decision, answer })).toContain(`answer      ${text}`);
});
