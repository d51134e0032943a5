import {
  alertId,
  severities,
  signalId,
  topics,
  utc,
  type AlertStateSignal,
  type AlertStatus,
  type Severity,
} from '@bridge/contracts';
import type { MakeMessage, OutgoingMessage } from '@bridge/kafka';
import type { Random } from '../random.ts';
import { personId } from './channels.ts';

export type LoadParts = {
  /** Signals, each counted once. */
  readonly size: number;
  readonly persons: number;
  readonly random: Random;
  readonly makeMessage: MakeMessage;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

export type AlertLoad = {
  readonly messages: Iterator<OutgoingMessage>;
  /** Alerts that were sent some time ago; the oldest of them are forgotten. */
  readonly recent: readonly string[];
  /** From 0 to 1. */
  readonly progress: () => number;
};

/** Of cognition's rules; a person has at most one open alert of each. */
const kinds = ['rule.pulse_high', 'rule.spo2_low', 'rule.stress_high', 'rule.recovery_low'] as const;
const duplicateShare = 0.2;
const remembered = 2_000;

type Course = { alertId: string; status: AlertStatus; severity: Severity };
type Person = { readonly userId: string; seq: number; readonly courses: Map<string, Course> };

/**
 * What cognition would send: per person in the order of `seq` and `index`, persons in any order, one signal in five once more
 * later on. The same seed gives the same but for the times.
 */
export function createAlertLoad(parts: LoadParts): AlertLoad {
  const { size, random } = parts;
  const persons = Array.from({ length: parts.persons }, (_, nr) => ({
    userId: personId(nr),
    seq: 0,
    courses: new Map<string, Course>(),
  }));
  const recent: string[] = [];
  let sent = 0;

  function* messages(): Generator<OutgoingMessage> {
    const repeatable: OutgoingMessage[] = [];
    while (sent < size) {
      for (const signal of decision(random.pick(persons), parts)) {
        const message = messageOf(signal, parts);
        yield message;
        sent += 1;
        keep(recent, signal.alert_id, random);
        keep(repeatable, message, random);
        if (random.next() < duplicateShare) yield random.pick(repeatable);
        if (sent === size) return;
      }
    }
  }

  return { messages: messages(), recent, progress: () => sent / size };
}

function keep<T>(list: T[], item: T, random: Random): void {
  if (list.length < remembered) list.push(item);
  else list[random.below(remembered)] = item;
}

/** One to three signals of one decision, each of another kind. */
function decision(person: Person, { random, now }: LoadParts): AlertStateSignal[] {
  person.seq += 1;
  const at = utc(now());
  const chosen = random.shuffled(kinds).slice(0, random.pick([1, 1, 1, 2, 3]));
  return chosen.map((kind, index) => {
    const course = nextCourse(person, kind, random);
    person.courses.set(kind, course);
    const { status, severity } = course;
    return {
      signal_id: signalId({ alertId: course.alertId, status, cause: `decision ${person.seq}` }),
      alert_id: course.alertId,
      user_id: person.userId,
      kind,
      status,
      severity,
      at,
      source: 'cognition',
      seq: person.seq,
      index,
      evidence: {
        rules: [kind.slice('rule.'.length)],
        readings: [{ metric: 'heart_rate', value: 60 + random.below(90), unit: '/min', at }],
      },
      ...(status === 'resolved' && { reason: 'recovered' as const }),
      ...(status === 'unconfirmed' && { unconfirmed_since: at }),
      ...(status === 'firing' && {
        title: 'Please look',
        summary: `Seen ${person.seq} times`,
        advice: 'Rest for a while',
        time_zone: 'Europe/Zurich',
      }),
    };
  });
}

function nextCourse({ userId, seq, courses }: Person, kind: string, random: Random): Course {
  const before = courses.get(kind);
  const dice = random.next();
  const fresh = (): Course => ({
    alertId: alertId(`proof ${userId} ${seq}`, kind),
    status: 'firing',
    severity: random.pick(['info', 'warning', 'warning', 'critical']),
  });
  if (before === undefined) return fresh();
  switch (before.status) {
    case 'resolved':
      return dice < 0.5 ? { ...before, status: 'firing' } : fresh();
    case 'unconfirmed':
      return { ...before, status: dice < 0.5 ? 'firing' : 'resolved' };
    case 'firing':
      if (dice < 0.55) return before;
      if (dice < 0.7) return { ...before, severity: higher(before.severity) };
      return { ...before, status: dice < 0.8 ? 'unconfirmed' : 'resolved' };
  }
}

/** The list of severities begins with the highest. */
function higher(severity: Severity): Severity {
  return severities[Math.max(0, severities.indexOf(severity) - 1)] ?? severity;
}

function messageOf(signal: AlertStateSignal, { makeMessage }: LoadParts): OutgoingMessage {
  const { name: topic, value: type } = topics.alerts;
  const { signal_id: id, at: time, user_id: userId } = signal;
  return makeMessage({ topic, value: signal, id, type, time, userId });
}
