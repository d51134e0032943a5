import { metrics, type BiometricEvent } from '@bridge/contracts';
import { inOrderOfArrival } from '../../simulate/devices/in-order-of-arrival.ts';
import type { SimulatedEvent } from '../../simulate/devices/simulated-event.ts';
import { episodeKinds, type EpisodeKind } from '../../simulate/episodes/episode-kinds.ts';
import { dateOf, dayMs, hourMs, minuteMs } from '../../simulate/life/day-number.ts';
import { healthyProfiles, type Profile } from '../../simulate/life/profile.ts';
import { simulatePerson } from '../../simulate/simulate-person.ts';
import { toBiometricEvent } from '../../simulate/wire/to-biometric-event.ts';
import { ingestEvent } from '../ingest-event.ts';

/** A person in whom a rule must fire by one event. */
export type AcutePerson = {
  readonly userId: string;
  readonly kind: EpisodeKind;
  readonly eventId: string;
  /** RFC 3339 in UTC. */
  readonly receivedAt: string;
};

/** Whose mode must end by tick. */
export type SilentPerson = { readonly userId: string; readonly mode: string };

export type Scenario = {
  /** In order of arrival. */
  readonly events: readonly BiometricEvent[];
  readonly healthy: ReadonlySet<string>;
  readonly acute: readonly AcutePerson[];
  /** An acute night that arrives after two hours of live pulse, and how many pulses came in between. */
  readonly lateNight: AcutePerson & { readonly pulsesMeanwhile: number };
  readonly silent: readonly SilentPerson[];
};

const profiles = Object.entries(healthyProfiles) as [string, Profile][];
const healthyDays = 16;
/** Enough nights before the episode for a baseline. */
const acuteDays = 14;

export type ScenarioSize = {
  /** Healthy persons of each profile. */
  readonly healthyEach: number;
  /** Profiles among which each acute episode plays. */
  readonly acuteIn: readonly (keyof typeof healthyProfiles)[];
};

export const fullScenario: ScenarioSize = {
  healthyEach: 3,
  acuteIn: Object.keys(healthyProfiles) as (keyof typeof healthyProfiles)[],
};
/** Still 5,000 healthy events. */
export const shortScenario: ScenarioSize = { healthyEach: 1, acuteIn: ['ringAndWatch'] };

/**
 * Who plays. Simulated days begin tomorrow: real time may not reach what is played before its own next event does, else the
 * passing of real time would end modes in the middle of the play. The silent ones fell silent in real time.
 */
export function createScenario(seed: number, now: number, { healthyEach, acuteIn }: ScenarioSize): Scenario {
  const firstDay = Math.floor(now / dayMs) + 1;
  const from = dateOf(firstDay);
  const healthy = Array.from({ length: healthyEach }, (_, nr) => nr).flatMap((nr) =>
    profiles.map(([name, profile], index) =>
      simulatePerson({
        seed: seed * 1000 + nr * 100 + index,
        userId: `healthy-${name}-${nr}`,
        profile,
        from,
        days: healthyDays,
      }),
    ),
  );
  const kinds = Object.keys(episodeKinds) as EpisodeKind[];
  // Acute episodes play at home, so that their hour is one of the day.
  const at = (firstDay + acuteDays - 1) * dayMs + 14 * hourMs + 3 * minuteMs;
  const acute = kinds.flatMap((kind) =>
    profiles
      .filter(([name]) => acuteIn.some((chosen) => chosen === name))
      // A fall below one's own RMSSD needs nights that tell it.
      .filter(([name]) => episodeKinds[kind].eventType !== 'sleep' || name !== 'watch')
      .map(([name, profile], index) =>
        simulatePerson({
          seed: seed * 1000 + 500 + index,
          userId: `acute-${kind}-${name}`,
          profile: { ...profile, travels: false },
          from,
          days: acuteDays,
          episodes: [{ kind, at }],
        }),
      ),
  );
  const late = simulatePerson({
    seed: seed * 1000 + 900,
    userId: 'late-night',
    profile: { ...healthyProfiles.ringAndWatch, travels: false },
    from,
    days: acuteDays,
    episodes: [{ kind: 'rmssd_drop', at, lateMinutes: 120 }],
  });
  const silent = silentEvents(now);
  return {
    events: [
      ...silent.map(({ event }) => event),
      ...inOrderOfArrival([...healthy, ...acute, late].flat()).map(toBiometricEvent),
    ],
    healthy: new Set(healthy.flat().map(({ userId }) => userId)),
    acute: acute.map(crossingOf),
    lateNight: { ...crossingOf(late), pulsesMeanwhile: pulsesAfter(late, at) },
    silent: silent.map(({ event, mode }) => ({ userId: event.user_id, mode })),
  };
}

function crossingOf(events: readonly SimulatedEvent[]): AcutePerson {
  const crossing = events.find(({ crosses }) => crosses !== undefined);
  if (crossing?.crosses === undefined) throw new Error('an episode has no event that crosses');
  const { event_id: eventId, received_at: receivedAt } = toBiometricEvent(crossing);
  return { userId: crossing.userId, kind: crossing.crosses, eventId, receivedAt };
}

function pulsesAfter(events: readonly SimulatedEvent[], at: number): number {
  const crossing = events.findIndex(({ crosses }) => crosses !== undefined);
  return events
    .slice(0, crossing)
    .filter(({ eventType, measuredAt }) => eventType === 'heart_rate' && measuredAt > at).length;
}

/** One event each, so long ago that what it started must be over by now. */
function silentEvents(now: number) {
  const one = (
    userId: string,
    mode: string,
    hoursAgo: number,
    metric: 'stress_level' | 'recovery_score',
    value: number,
  ) => {
    const at = now - hoursAgo * hourMs;
    const object = { kind: 'vendor', id: userId } as const;
    const readings = [{ metric, value, unit: metrics[metric].unit, context: 'rest' as const }];
    const what = { userId, source: 'whoop', eventType: metric, object, version: 0, readings } as const;
    return { mode, event: ingestEvent({ ...what, operation: 'upsert', measuredAt: at, receivedAt: at }) };
  };
  return [
    one('silent-reflex', 'reflex', 2, 'stress_level', 0.95),
    one('silent-guardian', 'guardian', 40, 'recovery_score', 25),
  ];
}
