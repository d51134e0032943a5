import { severities, type Severity } from '@bridge/contracts';
import type { AlertSnapshot } from './alert-snapshot.ts';
import type { HoursReader } from './day-hours.ts';
import { createInhibitorReader } from './inhibitions.ts';
import type { ToldState } from './notification-plan.ts';
import type { ChannelFacts, PlanInput } from './plan-input.ts';
import { routeTree, type RouteHandling, type RouteNode } from './route-handling.ts';
import { questionRoute, routesIn } from './route-tree.ts';
import { createSilenceReader } from './silence-index.ts';

/** How long the end of an alert of another person may go unnoticed. */
const acrossPersonsMs = 60_000;

/** Why nothing at all is told of an alert. */
export type Restraint = {
  readonly reason: 'silenced' | 'inhibited';
  readonly by: string;
  readonly until?: number;
};

/** A route that the alert takes, and those of its channels that can be used. */
export type CaseRoute = { readonly handling: RouteHandling; readonly channels: readonly string[] };

/** An alert with everything that does not depend on what was told of it. */
export type AlertCase = {
  readonly alert: AlertSnapshot;
  readonly isOpen: boolean;
  /** Somebody takes care of it now. */
  readonly isAcknowledged: boolean;
  readonly restraint: Restraint | null;
  /** None for an alert that has ended. */
  readonly routes: readonly CaseRoute[];
  /** Some route would take it if it were more than info. */
  readonly isTooMinor: boolean;
  /** When one of these facts changes by time alone. */
  readonly changesAt: number;
};

/** The most severe alerts first, then those that began first: so they stand in messages and share the budget. */
export function casesOf(input: PlanInput, readHours: HoursReader): readonly AlertCase[] {
  const { now, person, channels } = input;
  const silenceOf = createSilenceReader(input.silences, person, now);
  const inhibitorOf = createInhibitorReader(input);
  const { root } = routeTree(input.routing);
  const own = [...channels].flatMap(([name, { subjectId }]) =>
    subjectId === person.subjectId ? [name] : [],
  );

  return [...input.alerts].sort(byUrgency).map((alert) => {
    const isOpen = alert.status !== 'resolved';
    const silence = silenceOf(alert);
    const inhibitor = silence.active === null ? inhibitorOf(alert) : null;
    const { taken, changesAt } = isOpen
      ? routesIn(root, alert, person, readHours)
      : { taken: [], changesAt: null };
    const delivering = taken.filter(({ handling }) => alert.severity !== 'info' || handling.deliversInfo);
    const until = alert.acknowledged?.until ?? Infinity;
    const isAcknowledged = isOpen && alert.acknowledged !== null && until > now;
    return {
      alert,
      isOpen,
      isAcknowledged,
      restraint: restraintOf(silence.active, inhibitor),
      routes: [
        ...delivering.map(({ handling }) => usable(handling, channels)),
        ...questionRoutes(alert, taken, own).map((handling) => usable(handling, channels)),
      ],
      isTooMinor: delivering.length < taken.length,
      changesAt: Math.min(
        silence.active?.endsAt ?? Infinity,
        silence.nextBegin ?? Infinity,
        inhibitor?.isAcrossPersons === true ? now + acrossPersonsMs : Infinity,
        changesAt ?? Infinity,
        isAcknowledged ? until : Infinity,
      ),
    };
  });
}

/** Of what a channel knows about an alert: it was told that it fires, and not that it ended. */
export function knowsOpen(told: ToldState | undefined): told is ToldState {
  return told?.status === 'firing' || told?.status === 'unconfirmed';
}

/** Its readers wait for the end of the alert. */
export function awaitsEnd(told: ToldState | undefined): told is ToldState {
  return told?.endOwedSince !== undefined || knowsOpen(told);
}

/** The list of severities begins with the highest. */
export function isHigher(one: Severity, other: Severity): boolean {
  return severities.indexOf(one) < severities.indexOf(other);
}

function byUrgency(a: AlertSnapshot, b: AlertSnapshot): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    a.firingSince - b.firingSince ||
    (a.alertId < b.alertId ? -1 : 1)
  );
}

function restraintOf(
  silence: ReturnType<ReturnType<typeof createSilenceReader>>['active'],
  inhibitor: ReturnType<ReturnType<typeof createInhibitorReader>>,
): Restraint | null {
  if (silence !== null) return { reason: 'silenced', by: silence.silenceId, until: silence.endsAt };
  return inhibitor === null ? null : { reason: 'inhibited', by: inhibitor.alertId };
}

function questionRoutes(
  alert: AlertSnapshot,
  [first, ...more]: readonly RouteNode[],
  own: readonly string[],
): readonly RouteHandling[] {
  if (!alert.asksQuestion || first === undefined || own.length === 0) return [];
  if (first.takesQuestions || more.some(({ takesQuestions }) => takesQuestions)) return [];
  return [questionRoute(first.handling, own)];
}

function usable(handling: RouteHandling, channels: ReadonlyMap<string, ChannelFacts>): CaseRoute {
  const names = [...new Set(handling.channels)];
  return { handling, channels: names.filter((name) => channels.get(name)?.active === true) };
}
