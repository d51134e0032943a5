import { routingSchema, type Severity } from '@bridge/contracts';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { anAlert, minute, start, tellStory } from '../../../test/notification-story.ts';
import { defaultBudgets, defaultRouting } from './default-routing.ts';

const channels = { default: { active: true, oneAlertAtATime: false, subjectId: null } };

it('is a valid routing', () => {
  expect(routingSchema.parse(defaultRouting)).toEqual(defaultRouting);
});

it('names a body system for every rule of cognition, and no rule that does not exist', () => {
  const file = readFileSync(new URL('../../../../../config/neuros.yaml', import.meta.url), 'utf8');
  const section = /^rules:\n((?: .*\n|\n)+)/m.exec(file)?.[1] ?? '';
  const rules = [...section.matchAll(/^ {2}([a-z0-9_]+):/gm)].map(([, rule]) => `rule.${rule ?? ''}`);
  const known = new Set(Object.values(defaultRouting.systems).flat());
  expect([...known].toSorted()).toEqual(rules.toSorted());
});

it.each<[string, string, Severity, boolean]>([
  ['a warning of the same system', 'rule.pulse_irregular', 'warning', true],
  ['a warning of another system', 'rule.stress_overload', 'warning', false],
  ['a critical one of the same system', 'rule.pulse_low', 'critical', false],
])('of a critical alert and %s', (_what, kind, severity, isInhibited) => {
  const story = tellStory({ routing: defaultRouting, budgets: defaultBudgets, channels });
  story.set(
    anAlert('a', { kind: 'rule.pulse_high', severity: 'critical' }),
    anAlert('b', { kind, severity }),
  );
  story.until(start);
  story.until(start + minute);
  expect(story.hold('b')?.reason === 'inhibited').toBe(isInhibited);
});

it("lets no partner's critical alert silence ours", () => {
  const story = tellStory({ routing: defaultRouting, channels });
  story.set(
    anAlert('a', { kind: 'rule.pulse_high', severity: 'critical', source: 'acme' }),
    anAlert('b', { kind: 'rule.pulse_irregular' }),
  );
  story.until(start);
  expect(story.hold('b')).toBeUndefined();
});

it('holds the silence that a lapsed subscription causes', () => {
  const operatorAlerts = [anAlert('o', { kind: 'connection.subscription', source: 'webhook-ingest' })];
  const story = tellStory({ routing: defaultRouting, channels, operatorAlerts });
  story.set(anAlert('s', { kind: 'silence.oura' }), anAlert('w', { kind: 'silence.whoop' }));
  story.until(start);
  expect(story.until(start + minute)).toEqual(['default: fired w']);
});

it('lets no partner hide a warning of ours', () => {
  const story = tellStory({ routing: defaultRouting, channels });
  story.set(
    anAlert('a', { kind: 'rule.pulse_high', severity: 'critical', source: 'acme' }),
    anAlert('b', { kind: 'rule.pulse_low' }),
  );
  story.until(start);
  expect(story.until(start + minute)).toEqual(['default: fired b']);
});
