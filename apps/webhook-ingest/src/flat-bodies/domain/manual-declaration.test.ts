import { expect, it } from 'vitest';
import { isDeclaration, manualDeclaration } from './manual-declaration.ts';

const arrival = { raw: Buffer.from('{}'), arrivalMs: Date.parse('2026-11-20T12:00:00Z'), retentionDays: 400 };
const about = { user_id: 'ada', event_id: 'e1' };
const profile = { ...about, event_type: 'profile', profile: { time_zone: 'Europe/Berlin' } };
const alertId = 'a'.repeat(32);
const answer = { ...about, event_type: 'answer', answer: { alert_id: alertId, answer: 'unwell' } };

it('a body with a profile or an answer is a declaration', () => {
  expect([profile, answer, { user_id: 'ada', hrv: 40 }, null].map(isDeclaration)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it('becomes an event under the id of its sender', () => {
  expect(manualDeclaration(profile, arrival)).toMatchObject({
    event: { event_type: 'profile', profile: profile.profile, provenance: { object_id: 'e1' } },
  });
  expect(manualDeclaration(answer, arrival)).toMatchObject({
    event: { event_type: 'answer', answer: answer.answer },
  });
});

it.each([
  ['profile.birth_year', { ...profile, profile: { birth_year: 2050 } }, 'must not lie in the future'],
  [
    'profile.time_zone',
    { ...profile, profile: { time_zone: 'Mars/Base' } },
    'must be a time zone that exists',
  ],
  [
    'profile.time_zone',
    { ...profile, profile: { time_zone: '+0200' } },
    'must be a time zone such as Europe/Berlin',
  ],
  [
    'profile.time_zone',
    { ...profile, profile: { time_zone: '-0330' } },
    'must be a time zone such as Europe/Berlin',
  ],
  ['profile.language', { ...profile, profile: { language: 'tlh' } }, 'must be en or de'],
  ['profile.spo2_scale', { ...profile, profile: { spo2_scale: 3 } }, 'must be 1 or 2'],
  ['profile', { ...profile, profile: {} }, 'must hold at least one field of the profile'],
  [
    'profile',
    { ...profile, profile: { language: 'de', shoe: 7 } },
    'holds a field that is not known here: shoe',
  ],
  ['timestamp', { ...profile, event_id: null }, 'must be given when there is no event_id'],
  ['event_type', { ...profile, event_type: 'answer' }, 'must be profile'],
  ['answer', { ...answer, answer: { answer: 'fine' } }, 'must name either hypothesis_id or alert_id'],
  [
    'answer',
    { ...answer, answer: { answer: 'fine', alert_id: alertId, hypothesis_id: alertId } },
    'must name either hypothesis_id or alert_id',
  ],
  [
    'answer.answer',
    { ...answer, answer: { alert_id: alertId, answer: 'maybe' } },
    'must be at_rest, exercise, fine or unwell',
  ],
  ['answer.alert_id', { ...answer, answer: { alert_id: 'x', answer: 'fine' } }, 'must be 32 hex digits'],
])('names %s and what is wrong with it', (path, body, message) => {
  expect(manualDeclaration(body, arrival)).toEqual({
    kind: 'invalid',
    reason: 'invalid_event',
    problems: [{ path, message }],
  });
});
