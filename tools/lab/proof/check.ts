import { hash } from 'node:crypto';
import { deadLetterName, topics } from '@bridge/contracts';
import { headerText, type IncomingMessage } from '@bridge/kafka';
import type { Query } from '@bridge/postgres';
import type { ServerClients } from './server-clients.ts';
import type { ProofResult } from './proof.ts';
import { scanTopic } from '@bridge/testing';
import type { Truth } from './truth.ts';

type EventRow = { id: string; subjectId: string };
type TransitionRow = { id: Buffer; subjectId: string; seq: number };

/** Checks that each event was decided once and in offset order per person and partition, and that none was lost or invented. */
export async function checkDecisions(query: Query, truth: Truth): Promise<ProofResult> {
  const rows = await query<EventRow>(
    `select encode(event_id, 'hex') id, subject_id "subjectId" from biometric_events order by subject_id, seq`,
  );
  const decided = new Map<string, number>();
  const lastOffset = new Map<string, number>();
  let outOfOrder = 0;
  for (const { id, subjectId } of rows) {
    decided.set(id, (decided.get(id) ?? 0) + 1);
    const copies = truth.events.get(id) ?? [];
    const [first] = copies;
    // If there are copies on several partitions, any of them may have been decided.
    if (!first || copies.some(({ partition }) => partition !== first.partition)) continue;
    const place = `${subjectId}/${first.partition}`;
    if (first.offset < (lastOffset.get(place) ?? -1)) outOfOrder += 1;
    lastOffset.set(place, first.offset);
  }
  const figures = {
    'events lost': [...truth.events.keys()].filter((id) => !decided.has(id)).length,
    'events decided more than once': [...decided.values()].filter((times) => times > 1).length,
    'events decided that are not on the topic': [...decided.keys()].filter((id) => !truth.events.has(id))
      .length,
    'events decided out of offset order': outOfOrder,
  };
  const failures = Object.entries(figures).flatMap(([what, count]) =>
    count > 0 ? [`${count} ${what}`] : [],
  );
  return { figures, failures };
}

/** The alert signals that a replay of the stored events produces. */
export type ReplayedSignals = { readonly signals: number; readonly signalsDigest: string };

/** A published message: its id, whether it concerns a person, and its bytes. */
export type Announcement = { readonly id: string; readonly hasPerson: boolean; readonly value: Buffer };

export async function readAnnouncements({ kafka }: ServerClients, topic: string): Promise<Announcement[]> {
  const read: Announcement[] = [];
  await scanTopic(kafka, topic, ({ headers, key, value }) => {
    const id = headerText(headers, 'ce_id') ?? '';
    if (value !== null) read.push({ id, hasPerson: key !== null, value });
  });
  return read;
}

/** Checks that every transition and alert signal is on Kafka under one id, first published in `seq` order per person. */
export async function checkAnnouncements(
  query: Query,
  sent: { transitions: readonly Announcement[]; alerts: readonly Announcement[] },
  replayed: ReplayedSignals | undefined,
): Promise<{ failures: string[]; transitions: number; signals: number }> {
  const rows = await query<TransitionRow>(
    `select transition_id id, subject_id "subjectId", seq from cognitive_mode_transitions order by subject_id, seq`,
  );
  const seqOf = new Map(rows.map((row) => [row.id.toString('hex'), row]));
  const failures = compare('transitions', new Set(seqOf.keys()), sent.transitions);
  // Heartbeats have no person and no decision.
  const signals = sent.alerts.filter(({ hasPerson }) => hasPerson);
  const signalIds = new Set(signals.map(({ id }) => id));
  failures.push(...compare('alert signals', signalIds, signals));
  const digest = hash('sha256', [...signalIds].sort().join('\n'), 'hex');
  if (digest !== replayed?.signalsDigest) {
    failures.push(
      `${signalIds.size} alert signals are on Kafka, a replay gives ${replayed?.signals ?? 'none'}`,
    );
  }
  const lastSeq = new Map<string, number>();
  const seen = new Set<string>();
  let unordered = 0;
  for (const { id } of sent.transitions) {
    const row = seqOf.get(id);
    if (!row || seen.has(id)) continue;
    seen.add(id);
    if (row.seq <= (lastSeq.get(row.subjectId) ?? 0)) unordered += 1;
    lastSeq.set(row.subjectId, row.seq);
  }
  if (unordered > 0) failures.push(`${unordered} transitions are on Kafka out of seq order`);
  return { failures, transitions: seqOf.size, signals: signalIds.size };
}

function compare(what: string, expected: ReadonlySet<string>, messages: readonly Announcement[]): string[] {
  const values = new Map<string, Buffer>();
  let changed = 0;
  for (const { id, value } of messages) {
    if (values.has(id) && !values.get(id)?.equals(value)) changed += 1;
    values.set(id, value);
  }
  const missing = [...expected].filter((id) => !values.has(id)).length;
  const foreign = [...values.keys()].filter((id) => !expected.has(id)).length;
  return [
    ...(missing > 0 ? [`${missing} ${what} are missing on Kafka`] : []),
    ...(foreign > 0 ? [`${foreign} ${what} on Kafka have no cause`] : []),
    ...(changed > 0 ? [`${changed} ${what} were repeated with other bytes`] : []),
  ];
}

/** Checks that the dead letters are exactly the poison messages, byte for byte. */
export function checkDeadLetters(truth: Truth, deadLetters: readonly IncomingMessage[]): string[] {
  const found = new Map<string, IncomingMessage>();
  for (const letter of deadLetters) found.set(headerText(letter.headers, 'dlq-origin') ?? '', letter);
  const failures: string[] = [];
  let [missing, changed] = [0, 0];
  for (const message of truth.poison) {
    const letter = found.get(`${message.topic}/${message.partition}/${message.offset}`);
    const same = (a: Buffer | null | undefined, b: Buffer | null | undefined) =>
      (a ?? null) === null ? (b ?? null) === null : b !== null && b !== undefined && a?.equals(b) === true;
    if (!letter) missing += 1;
    else if (!same(message.value, letter.value) || !same(message.key, letter.key)) changed += 1;
  }
  if (missing > 0)
    failures.push(`${missing} poison messages are not in ${deadLetterName(topics.events.name)}`);
  if (changed > 0) failures.push(`${changed} dead letters are not byte for byte what came`);
  const extra = found.size - truth.poison.length + missing;
  if (extra > 0) failures.push(`${extra} dead letters are no poison`);
  return failures;
}
