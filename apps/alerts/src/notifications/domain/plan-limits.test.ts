import { describe, expect, it } from 'vitest';
import { aChannel, anAlert, ann, hour, minute, start, tellStory } from '../../../test/notification-story.ts';
import { defaultBudgets, defaultRouting } from './default-routing.ts';
import type { AlertMatch } from '@bridge/contracts';
import { emptyLedger } from './notification-plan.ts';
import { planNotifications } from './plan-notifications.ts';

const kindCount = 50;
const alerts = Array.from({ length: 500 }, (_, place) =>
  anAlert(`a${place}`, {
    kind: `rule.k${place % kindCount}`,
    severity: place % 2 === 0 ? 'warning' : 'critical',
  }),
);

describe('500 open alerts of one person and 10,000 silences', () => {
  it.each<[string, (place: number) => AlertMatch]>([
    ['of other persons', (place) => ({ user_id: [`u${place}`] })],
    ['of this person and other kinds', (place) => ({ user_id: ['ann'], kind: [`rule.x${place}`] })],
    [
      'of this kind and other groups',
      (place) => ({ kind: [`rule.k${place % kindCount}`], group: [`g${place}`] }),
    ],
    ['by the beginning of names', (place) => ({ user_id: [{ prefix: `u${place}` }] })],
  ])('are planned with less than three looks at each silence: silences %s', (_which, matchOf) => {
    let looks = 0;
    const silences = Array.from({ length: 10_000 }, (_, place) => {
      const match = matchOf(place);
      return {
        ...{ silenceId: `s${place}`, beginsAt: start, endsAt: start + hour },
        get match() {
          looks += 1;
          return match;
        },
      };
    });
    const input = {
      ...{
        now: start,
        person: ann,
        alerts,
        ledger: emptyLedger,
        changedAt: null,
        stepsBefore: new Map(),
        silences,
      },
      ...{ routing: defaultRouting, budgets: defaultBudgets, channels: new Map([['default', aChannel]]) },
      ...{ operatorAlerts: [], isOperators: false },
    };
    expect(planNotifications(input).deliveries).toHaveLength(1);
    // The silences were indexed by the first plan; each alert with each silence would be five million looks.
    looks = 0;
    planNotifications(input);
    expect(looks).toBeLessThan(30_000);
  });
});

it('nothing is remembered of alerts that have ended and were told', () => {
  const story = tellStory();
  story.set(...alerts);
  story.until(start);
  story.until(start + minute);
  for (const { alertId } of alerts) story.change(alertId, { status: 'resolved' });
  story.until(start + hour);
  expect(story.told).toHaveLength(1_000);
  expect(story.ledger).toEqual(emptyLedger);
});
