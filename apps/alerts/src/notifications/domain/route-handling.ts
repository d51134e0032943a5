import type { AlertMatch, DayHours, Route, Routing } from '@bridge/contracts';

const secondMs = 1_000;
const minuteMs = 60_000;

/** How a route handles its alerts, with everything that it inherits. */
export type RouteHandling = {
  /** Its names from the root of the tree on, joined by `/`. */
  readonly id: string;
  readonly channels: readonly string[];
  readonly waitMs: number;
  readonly intervalMs: number;
  readonly repeatMs: number;
  readonly quietHours: DayHours | null;
  readonly escalation: readonly { readonly afterMs: number; readonly channels: readonly string[] }[];
  readonly deliversInfo: boolean;
  readonly notifiesUpdates: boolean;
};

export type RouteNode = {
  readonly path: readonly string[];
  readonly match: AlertMatch;
  readonly hours: DayHours | undefined;
  readonly continues: boolean;
  /** It, or a route above it, asks for questions: then they do not go to the person's own channels as well. */
  readonly takesQuestions: boolean;
  readonly handling: RouteHandling;
  readonly children: readonly RouteNode[];
};

/** Prometheus Alertmanager's defaults. */
const initialHandling: RouteHandling = {
  id: 'default',
  channels: [],
  waitMs: 30 * secondMs,
  intervalMs: 5 * minuteMs,
  repeatMs: 240 * minuteMs,
  quietHours: null,
  escalation: [],
  deliversInfo: false,
  notifiesUpdates: false,
};

/** The default route with all others below it. */
export type RouteTree = {
  readonly root: RouteNode;
  readonly handlings: ReadonlyMap<string, RouteHandling>;
};

const trees = new WeakMap<Routing, RouteTree>();

/** Made once per routing, which is kept for many persons. */
export function routeTree(routing: Routing): RouteTree {
  const known = trees.get(routing);
  if (known !== undefined) return known;
  const handling = inherit(initialHandling, routing.default, initialHandling.id);
  const root: RouteNode = {
    path: [handling.id],
    match: {},
    hours: undefined,
    continues: false,
    takesQuestions: false,
    handling,
    children: [],
  };
  const children = routing.routes.map((route) => routeNode(route, { ...root, path: [] }));
  const tree = { root: { ...root, children }, handlings: new Map(handlingsBelow(children)) };
  trees.set(routing, tree);
  return tree;
}

/** Of a route by its id; a route that is gone is handled as the default one. */
export function handlingOf({ root, handlings }: RouteTree, id: string): RouteHandling {
  return handlings.get(id) ?? { ...root.handling, id };
}

function routeNode(route: Route, parent: RouteNode): RouteNode {
  const path = [...parent.path, route.name];
  const node = {
    path,
    match: route.match ?? {},
    hours: route.hours,
    continues: route.continue ?? false,
    takesQuestions: parent.takesQuestions || route.match?.question === true,
    handling: inherit(parent.handling, route, path.join('/')),
    children: [],
  };
  return { ...node, children: (route.routes ?? []).map((child) => routeNode(child, node)) };
}

function handlingsBelow(nodes: readonly RouteNode[]): [string, RouteHandling][] {
  return nodes.flatMap(({ handling, children }) => [[handling.id, handling], ...handlingsBelow(children)]);
}

function inherit(parent: RouteHandling, own: Routing['default'], id: string): RouteHandling {
  const { wait_seconds, interval_seconds, repeat_seconds } = own.group ?? {};
  const inMs = (value: number | undefined, inherited: number) =>
    value === undefined ? inherited : value * secondMs;
  return {
    id,
    channels: own.channels ?? parent.channels,
    waitMs: inMs(wait_seconds, parent.waitMs),
    intervalMs: inMs(interval_seconds, parent.intervalMs),
    repeatMs: inMs(repeat_seconds, parent.repeatMs),
    quietHours: own.quiet_hours === undefined ? parent.quietHours : own.quiet_hours,
    escalation:
      own.escalation?.map(({ after_minutes, channels }) => ({
        afterMs: after_minutes * minuteMs,
        channels,
      })) ?? parent.escalation,
    deliversInfo: own.deliver_info ?? parent.deliversInfo,
    notifiesUpdates: own.notify_updates ?? parent.notifiesUpdates,
  };
}
