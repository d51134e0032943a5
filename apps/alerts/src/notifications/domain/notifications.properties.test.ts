import fc from 'fast-check';
import { severities } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import {
  actionCount,
  eventOf,
  simulate,
  type SimulatedEvent,
} from '../../../test/notification-simulation.ts';
import {
  ann,
  minute,
  second,
  type Story,
  type ToldStep,
  type World,
} from '../../../test/notification-story.ts';
import type { AlertSnapshot } from './alert-snapshot.ts';
import { routesOf } from './route-tree.ts';

const events = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 900 }), fc.nat(actionCount - 1), fc.nat(3), fc.nat(30))
    .map((drawn) => eventOf(...drawn)),
  { minLength: 3, maxLength: 20 },
);
const extraCalls = fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 15 });

type Known = {
  readonly at: number;
  readonly step: number;
  readonly isOpen: boolean;
  /** It was turned off while it knew the alert open. */
  readonly awaitsEnd?: boolean;
  readonly alert: AlertSnapshot;
  readonly acknowledgedAt: number | undefined;
};

const rank = (alert: AlertSnapshot) => -severities.indexOf(alert.severity);
const isAcknowledged = ({ acknowledged, status }: AlertSnapshot, at: number) =>
  acknowledged !== null && status !== 'resolved' && (acknowledged.until ?? Infinity) > at;

function isSilenced({ silences }: World, alert: AlertSnapshot, at: number): boolean {
  return silences.some(({ match, beginsAt, endsAt }) => {
    const { kind = [alert.kind], severity = [alert.severity] } = match;
    return beginsAt <= at && at < endsAt && kind.includes(alert.kind) && severity.includes(alert.severity);
  });
}

function isInhibited({ world, alerts }: Story, alert: AlertSnapshot): boolean {
  if (alert.kind === 'silence.oura' && world.operatorAlerts.length > 0) return true;
  if (alert.severity !== 'warning') return false;
  const systems = Object.values(world.routing.systems).filter((list) => list.includes(alert.kind));
  return [...alerts.values()].some(
    ({ kind, severity, status }) =>
      severity === 'critical' && status !== 'resolved' && systems.some((list) => list.includes(kind)),
  );
}

const handlingOf = ({ routing }: World, route: string) => ({
  ...routing.default,
  ...routing.routes.find(({ name }) => route.replace('question:', '') === name),
});

const minuteOfDay = (at: number) => Math.floor((at / minute) % 1_440);

function isQuiet(world: World, route: string, at: number): boolean {
  const hours = handlingOf(world, route).quiet_hours;
  if (hours == null) return false;
  const [from = 0, to = 0] = [hours.from, hours.to].map(
    (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)),
  );
  return from <= minuteOfDay(at) && minuteOfDay(at) < to;
}

/** Judges every step as an outsider would, who knows the world at that time and what the channel was told before. */
function createObserver() {
  const known = new Map<string, Known>();
  let seen = 0;

  const judge = (story: Story, told: ToldStep) => {
    const { world } = story;
    const { at, channel, alertId, step, reason, route } = told;
    const alert = story.alerts.get(alertId);
    if (alert === undefined) throw new Error('told of no alert');
    const key = `${alertId} ${channel}`;
    const before = known.get(key);
    const isOpen = alert.status !== 'resolved';
    const {
      wait_seconds = 30,
      interval_seconds = 300,
      repeat_seconds = 14_400,
    } = {
      ...world.routing.default.group,
      ...handlingOf(world, route).group,
    };
    const isCritical = (isOpen ? alert : before?.alert)?.severity === 'critical';

    expect(step).toBe((before?.step ?? 0) + 1);
    expect(world.channels[channel]?.active).toBe(true);
    expect(isSilenced(world, alert, at)).toBe(false);
    expect(isInhibited(story, alert)).toBe(false);
    expect(isQuiet(world, route, at) && !isCritical).toBe(false);

    const last = before?.isOpen === true ? before : undefined;
    const acknowledged = isAcknowledged(alert, at);
    const until = alert.acknowledged?.until ?? Infinity;
    // A group waits from its first change on, which need not be that of this alert.
    const waiting = [...story.alerts.values()].map(({ firingSince }) => firingSince);
    const isDue = {
      fired: () =>
        isOpen &&
        (last === undefined ? !acknowledged : alert.firingSince > last.alert.firingSince) &&
        (isCritical || at >= Math.min(...waiting) + wait_seconds * second) &&
        (alert.severity !== 'info' || handlingOf(world, route).deliver_info === true),
      asked: () =>
        isOpen &&
        alert.asksQuestion &&
        channel === 'own' &&
        last?.alert.asksQuestion !== true &&
        !acknowledged,
      raised: () => isOpen && last !== undefined && rank(alert) > rank(last.alert),
      updated: () =>
        last !== undefined &&
        handlingOf(world, route).notify_updates === true &&
        last.alert.summaryHash !== alert.summaryHash &&
        at >= last.at + interval_seconds * second,
      unconfirmed: () =>
        last !== undefined && alert.status === 'unconfirmed' && last.alert.status === 'firing',
      acknowledged: () =>
        last !== undefined && acknowledged && last.acknowledgedAt !== alert.acknowledged?.at,
      resolved: () => (last !== undefined || before?.awaitsEnd === true) && !isOpen,
      repeated: () =>
        last !== undefined &&
        isOpen &&
        !acknowledged &&
        (at >= last.at + repeat_seconds * second ||
          last.acknowledgedAt !== undefined ||
          (until <= at && last.at < until)),
      escalated: () => isOpen && !acknowledged && at >= alert.firingSince + 5 * minute,
    }[reason as 'fired'];
    expect({ ...told, isDue: isDue() }).toEqual({ ...told, isDue: true });
    const acknowledgedAt = acknowledged ? alert.acknowledged?.at : undefined;
    known.set(key, { at, step, isOpen, alert, acknowledgedAt });
  };

  return {
    known,
    watch: (story: Story, isPlanned: boolean) => {
      for (const told of story.told.slice(seen)) judge(story, told);
      seen = story.told.length;
      if (!isPlanned) return;
      for (const [key, state] of known) {
        const isActive = story.world.channels[key.split(' ')[1] ?? '']?.active;
        if (isActive === true) continue;
        known.set(key, { ...state, isOpen: false, awaitsEnd: state.isOpen || state.awaitsEnd === true });
      }
    },
  };
}

function expectAllTold(story: Story, known: ReadonlyMap<string, Known>) {
  const { world } = story;
  const end = story.told.at(-1)?.at ?? 0;
  for (const [key, { isOpen, awaitsEnd = false }] of known) {
    const alert = story.alerts.get(key.split(' ')[0] ?? '');
    const isEnded = alert?.status === 'resolved' && !isInhibited(story, alert);
    if (isEnded) expect({ key, isOpen, awaitsEnd }).toEqual({ key, isOpen: false, awaitsEnd: false });
  }
  for (const alert of story.alerts.values()) {
    if (alert.status === 'resolved' || isInhibited(story, alert) || isAcknowledged(alert, end)) continue;
    const { taken } = routesOf(alert, ann, world.routing, end);
    for (const { handling } of taken) {
      if (alert.severity === 'info' && !handling.deliversInfo) continue;
      for (const channel of handling.channels) {
        const state = known.get(`${alert.alertId} ${channel}`);
        const told = {
          isOpen: state?.isOpen,
          severity: state?.alert.severity,
          since: state?.alert.firingSince,
        };
        expect(told).toEqual({ isOpen: true, severity: alert.severity, since: alert.firingSince });
      }
    }
  }
}

const playAndJudge = (
  story: readonly SimulatedEvent[],
  timing: { extra?: readonly number[]; late?: number },
) => {
  const observer = createObserver();
  const played = simulate(story, { ...timing, watch: observer.watch });
  expectAllTold(played, observer.known);
  return played;
};

describe('whatever happens, and whenever the planner is called', () => {
  it('each channel hears of each difference once, in time, in gapless steps', () => {
    fc.assert(
      fc.property(events, (drawn) => void playAndJudge(drawn, {})),
      { numRuns: 60 },
    );
  });

  it('more calls, as after restarts, change nothing', () => {
    fc.assert(
      fc.property(events, extraCalls, (drawn, extra) => {
        expect(playAndJudge(drawn, { extra }).told).toEqual(playAndJudge(drawn, {}).told);
      }),
      { numRuns: 30 },
    );
  });

  it('calls that come late lose and double nothing', () => {
    const late = fc.integer({ min: 1, max: 3_600 }).map((value) => value * second);
    fc.assert(
      fc.property(events, late, (drawn, by) => void playAndJudge(drawn, { late: by })),
      { numRuns: 40 },
    );
  });
});
