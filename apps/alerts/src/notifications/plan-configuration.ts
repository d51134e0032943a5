import type { Budget, GroupTiming, Route, Routing } from '@bridge/contracts';
import type { Configuration } from '../configuration/domain/configuration-snapshot.ts';
import type { ChannelFacts } from './domain/plan-input.ts';
import type { ActiveSilence } from './domain/silence-index.ts';

/** What a plan needs to know of a channel, and what its messages may say. */
export type PlanChannel = ChannelFacts & {
  readonly fitForHealthData: boolean;
  readonly readByPeople: boolean;
};

/** The configuration that a plan depends on. */
export type PlanConfiguration = {
  readonly routing: Routing;
  readonly budgets: readonly Budget[];
  readonly silences: readonly ActiveSilence[];
  readonly channels: ReadonlyMap<string, PlanChannel>;
  /** Names of a person's groups. */
  readonly groupsOf: (subjectId: string) => ReadonlySet<string>;
};

const noGroups: ReadonlySet<string> = new Set();

/** The same object for the same configuration, because plans index its parts once. */
export function createPlanConfiguration(): (configuration: Configuration) => PlanConfiguration {
  let last: { readonly of: Configuration; readonly is: PlanConfiguration } | undefined;
  return function planConfiguration(configuration) {
    if (last?.of !== configuration) last = { of: configuration, is: read(configuration) };
    return last.is;
  };
}

function read({ routing, budgets, silences, channels, groupsBySubject }: Configuration): PlanConfiguration {
  const facts = [...channels.values()].map(
    ({ name, receiver, state, stateReason, subjectId, fitForHealthData }): [string, PlanChannel] => [
      name,
      {
        oneAlertAtATime: receiver.kind === 'usable' && receiver.adapter.oneAlertAtATime,
        readByPeople: receiver.kind === 'usable' && receiver.adapter.readByPeople,
        active: receiver.kind === 'usable' && state === 'active',
        gone: state !== 'active' && stateReason === 'gone',
        subjectId: subjectId ?? null,
        fitForHealthData,
      },
    ],
  );
  return {
    routing: routing.value,
    budgets: budgets.value,
    silences,
    channels: new Map(facts),
    groupsOf: (subjectId) => groupsBySubject.get(subjectId) ?? noGroups,
  };
}

/** Prometheus Alertmanager's default for `group_wait`. */
const defaultWaitSeconds = 30;

/** The shortest wait of any route before a first notification, in milliseconds. */
export function shortestWaitMs({ default: fallback, routes }: Routing): number {
  const waits = [fallback.group, ...groupsIn(routes)].map(
    (group) => group?.wait_seconds ?? defaultWaitSeconds,
  );
  return Math.min(...waits) * 1_000;
}

function groupsIn(routes: readonly Route[]): (GroupTiming | undefined)[] {
  return routes.flatMap((route) => [
    ...(route.group === undefined ? [] : [route.group]),
    ...groupsIn(route.routes ?? []),
  ]);
}
