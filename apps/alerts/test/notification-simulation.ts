import { severities, type Routing } from '@bridge/contracts';
import type { AlertSnapshot } from '../src/notifications/domain/alert-snapshot.ts';
import type { ActiveSilence } from '../src/notifications/domain/silence-index.ts';
import {
  aChannel,
  anAlert,
  ann,
  hour,
  minute,
  plainRouting,
  second,
  start,
  tellStory,
  type Story,
  type World,
} from './notification-story.ts';

const inhibitions: Routing['inhibitions'] = [
  {
    source: { severity: ['critical'] },
    target: { severity: ['warning'] },
    same_person: true,
    same_system: true,
  },
  {
    source: { kind: ['connection.subscription'] },
    target: { kind: ['silence.oura'] },
    same_person: false,
    same_system: false,
  },
];
const base = {
  ...plainRouting,
  inhibitions,
  systems: { heart: ['rule.a', 'rule.b'], lung: ['rule.b', 'rule.c'] },
};
const escalation = [
  { after_minutes: 10, channels: ['mail'] },
  { after_minutes: 5, channels: ['boss', 'pager'] },
];

/** What an operator may have stored; routes are not nested, so that an id is a name. */
const routings: readonly Routing[] = [
  { ...base, default: { channels: ['phone', 'pager'] } },
  {
    ...base,
    default: { channels: ['phone'], escalation, notify_updates: true, group: { repeat_seconds: 3_600 } },
    routes: [{ name: 'quiet', match: { kind: ['rule.a'] }, quiet_hours: { from: '13:00', to: '15:30' } }],
  },
  {
    ...base,
    default: { channels: ['mail'], deliver_info: true, group: { wait_seconds: 0, interval_seconds: 60 } },
    routes: [
      { name: 'both', continue: true, channels: ['phone'], escalation, group: { wait_seconds: 120 } },
      { name: 'day', hours: { from: '12:00', to: '17:00' }, channels: ['pager', 'phone'] },
    ],
  },
];

const kinds = ['rule.a', 'rule.b', 'rule.c', 'silence.oura'];
const actions = [
  ...['fire', 'fire', 'fire', 'raise', 'end', 'end', 'lapse', 'confirm', 'update', 'acknowledge', 'snooze'],
  ...['give back', 'ask', 'silence', 'silence later', 'channel', 'routing', 'budget', 'operators'],
] as const;

export type SimulatedEvent = {
  /** Since the one before. */
  readonly after: number;
  readonly action: (typeof actions)[number];
  readonly alert: number;
  readonly value: number;
};

export const actionCount = actions.length;

export function eventOf(after: number, action: number, alert: number, value: number): SimulatedEvent {
  return {
    after: after * second,
    action: actions[action % actions.length] ?? 'fire',
    alert: alert % kinds.length,
    value,
  };
}

/** Plays the events, and calls `watch` before each change of the world, with everything as it was until then. */
export function simulate(
  events: readonly SimulatedEvent[],
  {
    extra = [],
    late = 0,
    watch,
  }: { extra?: readonly number[]; late?: number; watch: (story: Story, isPlanned: boolean) => void },
): Story {
  const story = tellStory({
    routing: routings[0] ?? plainRouting,
    budgets: [{ severity: 'warning', alerts: 3, days: 1 }],
    channels: {
      phone: aChannel,
      mail: aChannel,
      boss: aChannel,
      pager: { ...aChannel, oneAlertAtATime: true },
      own: { ...aChannel, subjectId: ann.subjectId },
    },
  });
  const calls = extra.map((after) => start + after * second).toSorted((a, b) => a - b);
  let now = start;
  const pass = (until: number, lateBy = late) => {
    for (const at of calls) if (at > now && at < until) story.until(at);
    const isPlanned = play(story, until, lateBy);
    now = until;
    watch(story, isPlanned);
  };
  pass(now);
  for (const event of events) {
    pass(now + event.after);
    change(story, event, now);
  }
  pass(now + 1);
  // Late calls end here, so that the story stands at this time when the world changes.
  story.plan(now);
  watch(story, true);
  Object.assign(story.world, { silences: [], budgets: [], operatorAlerts: [] });
  story.world.channels = Object.fromEntries(
    Object.entries(story.world.channels).map(([name, facts]) => [name, { ...facts, active: true }]),
  );
  pass(now + 30 * hour, 0);
  return story;
}

/** In time, or only when something is due for so many milliseconds. */
function play(story: Story, until: number, late: number): boolean {
  if (late > 0 && story.nextDue !== null && story.nextDue + late > until) return false;
  if (late > 0) story.plan(until);
  else story.until(until);
  return true;
}

function change(story: Story, event: SimulatedEvent, now: number): void {
  const kind = kinds[event.alert] ?? 'rule.a';
  const alert = story.alerts.get(kind);
  if (alert !== undefined && alert.status !== 'resolved') {
    const facts = factsAfter(alert, event, now);
    if (facts !== null) story.change(kind, facts);
  } else if (event.action === 'fire') {
    const severity = severities[event.value % 3] ?? 'info';
    const version = (alert?.version ?? 0) + 1;
    story.set(anAlert(kind, { kind, firingSince: now, severity, version, summaryHash: `fired ${now}` }));
  }
  changeWorld(story.world, event, { now, kind });
}

/** Of an open alert; null: the event does not concern it. */
function factsAfter(
  { severity }: AlertSnapshot,
  { action, value }: SimulatedEvent,
  now: number,
): Partial<AlertSnapshot> | null {
  const higher = severities[severities.indexOf(severity) - 1];
  const facts: Partial<Record<SimulatedEvent['action'], Partial<AlertSnapshot>>> = {
    fire: { summaryHash: `fired ${now}` },
    raise: higher === undefined ? {} : { severity: higher, acknowledged: null },
    end: { status: 'resolved', acknowledged: null, asksQuestion: false },
    lapse: { status: 'unconfirmed' },
    confirm: { status: 'firing' },
    update: { summaryHash: `updated ${now}` },
    acknowledge: { acknowledged: { at: now, until: null } },
    snooze: { acknowledged: { at: now, until: now + (1 + value) * 2 * minute } },
    'give back': { acknowledged: null },
    ask: { asksQuestion: true },
  };
  return facts[action] ?? null;
}

function changeWorld(
  world: World,
  { action, value }: SimulatedEvent,
  { now, kind }: { now: number; kind: string },
): void {
  if (action === 'silence' || action === 'silence later') {
    const beginsAt = action === 'silence' ? now : now + value * minute;
    const silence: ActiveSilence = {
      ...{ silenceId: `at ${now}`, beginsAt, endsAt: beginsAt + (1 + value) * minute },
      match: value % 2 === 0 ? { kind: [kind] } : { user_id: ['ann'], severity: ['warning'] },
    };
    world.silences = [...world.silences, silence];
  } else if (action === 'channel') {
    const name = ['phone', 'mail', 'pager'][value % 3] ?? 'phone';
    const facts = world.channels[name] ?? aChannel;
    world.channels = { ...world.channels, [name]: { ...facts, active: !facts.active } };
  } else if (action === 'routing') {
    world.routing = routings[value % routings.length] ?? world.routing;
  } else if (action === 'budget') {
    world.budgets = [{ severity: 'warning', alerts: value % 4, days: 1 }];
  } else if (action === 'operators') {
    const operator = anAlert('operators', { kind: 'connection.subscription' });
    world.operatorAlerts = world.operatorAlerts.length === 0 ? [operator] : [];
  }
}
