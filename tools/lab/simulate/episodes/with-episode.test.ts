import { describe, expect, it } from 'vitest';
import { minuteMs } from '../life/day-number.ts';
import { healthyProfiles, type Profile } from '../life/profile.ts';
import { createRulesFired } from '../naive/rules-fired.ts';
import { simulatePerson } from '../simulate-person.ts';
import { episodeKinds, type EpisodeKind } from './episode-kinds.ts';

const at = Date.parse('2026-03-09T14:03:00Z');
const kinds = Object.keys(episodeKinds) as EpisodeKind[];
const profiles: readonly [string, Profile][] = Object.entries(healthyProfiles);

/** A fall below one's own RMSSD needs nights that tell it. */
const baselineNeeded = (kind: EpisodeKind) => kind === 'rmssd_drop';

describe.each(kinds)('%s', (kind) => {
  it.each(profiles.filter(([name]) => name !== 'watch' || !baselineNeeded(kind)))(
    'in a %s: its rule fires first at the event that crosses, and alone',
    (_name, profile) => {
      const rulesFired = createRulesFired();
      const episodes = [{ kind, at, minutes: 20 }];
      const events = simulatePerson({ seed: 3, profile, from: '2026-03-01', days: 9, episodes });
      const fired = events.flatMap((event) => {
        const rules = rulesFired(event);
        return rules.length === 0
          ? []
          : [{ rules, minute: (event.measuredAt - at) / minuteMs, crosses: event.crosses }];
      });
      const { rule } = episodeKinds[kind];
      expect(fired.map(({ minute }) => minute)).toEqual([0, 5, 10, 15]);
      expect(fired.map(({ crosses }) => crosses)).toEqual([kind, undefined, undefined, undefined]);
      for (const { rules } of fired) expect(without(rules, 'devices_disagree')).toEqual([rule]);
    },
  );

  it('arrives within seconds, and says when it is over', () => {
    const episodes = [{ kind, at }];
    const profile = healthyProfiles.ring;
    const events = simulatePerson({ seed: 3, profile, from: '2026-03-01', days: 9, episodes });
    const own = events.filter(({ objectId }) => objectId.includes(kind));
    expect(own[0]).toMatchObject({ crosses: kind, measuredAt: at });
    expect(own.at(-1)).toMatchObject({ ends: kind, measuredAt: at + 20 * minuteMs });
    for (const { measuredAt, receivedAt } of own) expect(receivedAt - measuredAt).toBeLessThan(6000);
  });
});

it('a night that arrives after hours of live pulse still crosses', () => {
  const rulesFired = createRulesFired();
  const episodes = [{ kind: 'rmssd_drop', at, lateMinutes: 120 }] as const;
  const profile = healthyProfiles.ringAndWatch;
  const events = simulatePerson({ seed: 3, profile, from: '2026-03-01', days: 9, episodes });
  const crossing = events.findIndex(({ crosses }) => crosses !== undefined);
  const before = events.slice(0, crossing);
  const pulses = before.filter((event) => event.eventType === 'heart_rate' && event.measuredAt > at);
  expect(pulses.length).toBeGreaterThan(5);
  expect(before.flatMap(rulesFired)).toEqual([]);
  expect(events.slice(crossing, crossing + 1).flatMap(rulesFired)).toEqual(['rmssd_drop']);
});

/** A ring may see the raised pulse two minutes after a watch saw the calm one. */
function without(rules: readonly string[], rule: string): string[] {
  return rules.filter((name) => name !== rule);
}
