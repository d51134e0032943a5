import { resolve } from 'node:path';
import { loadRuleFile } from '@bridge/decision-store';
import { decide, evolve, initialState, signalsOf } from '@bridge/mode-policy';
import { describe, expect, it } from 'vitest';
import { createRecentEvents } from '../../evaluate/engines/recent-events.ts';
import type { SimulatedEvent } from '../devices/simulated-event.ts';
import { minuteMs } from '../life/day-number.ts';
import { healthyProfiles, type Profile } from '../life/profile.ts';
import { createRulesFired } from '../naive/rules-fired.ts';
import { simulatePerson } from '../simulate-person.ts';
import { toBiometricEvent } from '../wire/to-biometric-event.ts';
import { episodeKinds, type EpisodeKind } from './episode-kinds.ts';

const at = Date.parse('2026-03-12T14:03:00Z');
const kinds = Object.keys(episodeKinds) as EpisodeKind[];
const profiles: readonly [string, Profile][] = Object.entries(healthyProfiles);
const { rules } = await loadRuleFile(resolve(import.meta.dirname, '../../../../config/neuros.yaml'));

const needsNights = (kind: EpisodeKind) => kind === 'rmssd_drop' || kind === 'stress_overload';

/** The rules that the policy itself fires. */
function createPolicy(): (event: SimulatedEvent) => readonly string[] {
  const recent = createRecentEvents();
  const known = { versionsOf: recent.versionsOf, between: recent.between };
  let state = initialState;
  return (simulated) => {
    const event = toBiometricEvent(simulated);
    const decisions = decide(state, { kind: 'event', event, signals: signalsOf(event, rules), known }, rules);
    recent.add(event);
    state = evolve(state, decisions);
    return decisions.at(-1)?.rulesFired ?? [];
  };
}

describe.each(kinds)('%s', (kind) => {
  it.each(profiles.filter(([name]) => name !== 'watch' || !needsNights(kind)))(
    'in a %s: its rule fires first at the event that crosses, under the policy as when read plainly',
    (_name, profile) => {
      const { rule } = episodeKinds[kind];
      const judges = [createRulesFired(at - 60 * minuteMs), createPolicy()];
      const episodes = [{ kind, at, minutes: 20 }];
      const own = { ...profile, travels: false };
      const events = simulatePerson({ seed: 3, profile: own, from: '2026-03-01', days: 12, episodes });
      const fired = events.map((event) => ({ event, rules: judges.map((judge) => judge(event)) }));
      const crossing = fired.find(({ event }) => event.crosses === kind);
      expect(crossing?.rules.map((judged) => judged.includes(rule))).toEqual([true, true]);
      const earlier = fired.filter(
        ({ event }) =>
          event.objectId.includes(`${kind}-`) && event.measuredAt < (crossing?.event.measuredAt ?? 0),
      );
      for (const { rules: judged } of earlier) for (const one of judged) expect(one).not.toContain(rule);
    },
  );

  it('arrives within seconds, and says when it is over', () => {
    const episodes = [{ kind, at }];
    const profile = healthyProfiles.ring;
    const events = simulatePerson({ seed: 3, profile, from: '2026-03-01', days: 12, episodes });
    const own = events.filter(({ objectId }) => objectId.includes(`${kind}-`));
    const { confirmedBy = 1 } = episodeKinds[kind] as { readonly confirmedBy?: number };
    expect(own[confirmedBy - 1]).toMatchObject({
      crosses: kind,
      measuredAt: at + (confirmedBy - 1) * 5 * minuteMs,
    });
    expect(own.at(-1)).toMatchObject({ ends: kind, measuredAt: at + 20 * minuteMs });
    for (const { measuredAt, receivedAt } of own) expect(receivedAt - measuredAt).toBeLessThan(6000);
  });
});

it('a night that arrives after hours of live pulse still crosses', () => {
  const rulesFired = createRulesFired(at - 60 * minuteMs);
  const episodes = [{ kind: 'rmssd_drop', at, lateMinutes: 120 }] as const;
  const profile = { ...healthyProfiles.ringAndWatch, travels: false };
  const events = simulatePerson({ seed: 3, profile, from: '2026-03-01', days: 12, episodes });
  const fired = events.map(rulesFired);
  const crossing = events.findIndex(({ crosses }) => crosses !== undefined);
  const pulses = events
    .slice(0, crossing)
    .filter((event) => event.eventType === 'heart_rate' && event.measuredAt > at);
  expect(pulses.length).toBeGreaterThan(5);
  expect(fired[crossing]).toContain('rmssd_drop');
});
