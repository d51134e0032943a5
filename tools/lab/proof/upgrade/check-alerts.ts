import {
  alertSignalSchema,
  severities,
  topics,
  type AlertStateSignal,
  type BiometricEvent,
} from '@bridge/contracts';
import { unsealEvent } from '@bridge/decision-store';
import type { CountableAlert } from '@bridge/cli/alert-tally';
import type { Query } from '@bridge/postgres';
import { scanTopic } from '@bridge/testing';
import type { LiveSubject } from '@bridge/vault';
import type { CreateEngine } from '../../evaluate/engine.ts';
import type { ServerClients } from '../server-clients.ts';
import type { UpgradedPerson } from './people.ts';

/** Every alert signal that was published about a person, each once, by user id. */
export async function readAlerts({ kafka, codec }: ServerClients): Promise<Map<string, AlertStateSignal[]>> {
  const byUser = new Map<string, Map<string, AlertStateSignal>>();
  await scanTopic(kafka, topics.alerts.name, async ({ value }) => {
    const decoded = await codec.decode(value);
    if (decoded.kind !== 'ok') throw new Error('an alert signal cannot be read');
    const signal = alertSignalSchema.parse(decoded.value);
    if (signal.status === 'heartbeat') return;
    const own = byUser.get(signal.user_id) ?? new Map<string, AlertStateSignal>();
    byUser.set(signal.user_id, own.set(signal.signal_id, signal));
  });
  return new Map([...byUser].map(([user, signals]) => [user, [...signals.values()]]));
}

/** The alert of version 2 is resolved once, because the policy changed, and no other of its kind appears. */
export function checkOldAlert(
  { userId, alertId, mode }: UpgradedPerson,
  signals: readonly AlertStateSignal[],
): string[] {
  const old = signals.filter(({ kind }) => kind.startsWith('mode.'));
  if (alertId === null) return old.length === 0 ? [] : [`${userId} had no alert, and one was resolved`];
  const [only, ...more] = old;
  const isResolved =
    more.length === 0 &&
    only?.alert_id === alertId &&
    only.kind === `mode.${mode}` &&
    only.status === 'resolved' &&
    only.reason === 'policy_changed';
  return isResolved ? [] : [`the alert of version 2 of ${userId} was not resolved once by policy_changed`];
}

export type AlertComparison = {
  readonly failures: readonly string[];
  /** Alerts after the upgrade: of the upgraded person, and of the one who was always on this policy. */
  readonly raised: number;
  readonly expected: number;
};

/**
 * Decides everything again for the same person, always on this policy: the history, and then what was stored after the
 * upgrade, in its order. Whatever fires at the upgraded person must be open at that one, at least as severe.
 */
export async function compareAlerts(
  query: Query,
  given: {
    readonly person: LiveSubject;
    readonly history: Iterable<BiometricEvent>;
    readonly signals: readonly AlertStateSignal[];
    readonly createEngine: CreateEngine;
  },
): Promise<AlertComparison> {
  const engine = given.createEngine(given.person.userId);
  const open = new Map<string, number>();
  const expected = new Set<string>();
  let historySeq = 0;
  for (const event of given.history) {
    follow(open, engine.decide(event).alerts);
    historySeq += 1;
  }
  const firing = Map.groupBy(
    given.signals.filter(({ status }) => status === 'firing'),
    ({ seq }) => seq ?? 0,
  );
  const failures: string[] = [];
  for await (const step of stepsAfter(query, given.person, historySeq)) {
    const before = new Map(open);
    const { alerts } = step.event ? engine.decide(step.event) : engine.tick(step.due);
    follow(open, alerts);
    for (const alert of alerts) if (alert.status === 'firing') expected.add(alert.alert_id);
    for (const { kind, severity } of firing.get(step.seq) ?? []) {
      const level = Math.max(open.get(kind) ?? -1, before.get(kind) ?? -1);
      if (levelOf(severity) > level)
        failures.push(
          `${given.person.userId} had ${kind} (${severity}) at decision ${step.seq}, and would not have`,
        );
    }
  }
  const raised = new Set([...firing.values()].flat().map(({ alert_id }) => alert_id)).size;
  return { failures, raised, expected: expected.size };
}

/** Greater is more severe. */
const levelOf = (severity: CountableAlert['severity']) => severities.length - severities.indexOf(severity);

function follow(open: Map<string, number>, alerts: readonly CountableAlert[]): void {
  for (const { kind, status, severity } of alerts) {
    if (status === 'resolved') open.delete(kind);
    else open.set(kind, Math.max(open.get(kind) ?? 0, levelOf(severity)));
  }
}

type StepRow = {
  readonly seq: number;
  readonly eventId: Buffer | null;
  readonly payload: Buffer | null;
  readonly due: Date | null;
};

type Step = { readonly seq: number; readonly event: BiometricEvent | undefined; readonly due: number };

/** Events and ticks that were decided after a `seq`, in their order. */
async function* stepsAfter(query: Query, person: LiveSubject, seq: number): AsyncGenerator<Step> {
  const rows = await query<StepRow>(
    `select seq, event_id "eventId", payload, null::timestamptz due from biometric_events
      where subject_id = $1 and seq > $2
      union all
     select seq, null, null, due from cognition.ticks where subject_id = $1 and seq > $2
      order by seq`,
    [person.subjectId, seq],
  );
  for (const { seq: own, eventId, payload, due } of rows) {
    const event = eventId && payload ? unsealEvent(payload, eventId, person) : undefined;
    yield { seq: own, event, due: due?.getTime() ?? 0 };
  }
}
