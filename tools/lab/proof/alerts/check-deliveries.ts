import type { Query } from '@bridge/postgres';
import type { ProofResult } from '../proof.ts';
import { channelsOf, type ChannelName } from './channels.ts';
import { failuresOf, type EpisodeRow } from './check-lifecycle.ts';
import type { Receipt } from './receiver.ts';
import { sequenceId, type Receivers } from './receivers.ts';

type DeliveryRow = {
  readonly id: string;
  readonly channel: ChannelName;
  readonly status: string;
  readonly attempts: number;
};
type StepRow = { readonly alertId: string; readonly step: number; readonly id: string };

type Deliveries = { readonly rows: readonly DeliveryRow[]; readonly steps: readonly StepRow[] };

export async function readDeliveries(query: Query): Promise<Deliveries> {
  return {
    rows: await query<DeliveryRow>(
      `select encode(delivery_id, 'hex') id, channel, status, attempts from alerts.deliveries`,
    ),
    steps: await query<StepRow>(
      `select encode(alert_id, 'hex') "alertId", step, encode(delivery_id, 'hex') id
         from alerts.delivery_steps order by alert_id, channel, step`,
    ),
  };
}

export type DeliveryTruth = {
  readonly receivers: Receivers;
  readonly episodes: readonly EpisodeRow[];
  readonly userOf: (alertId: string) => string | undefined;
};

/** Checks what receivers have against what was planned, and what was planned against how alerts stand. */
export function checkDeliveries({ rows, steps }: Deliveries, truth: DeliveryTruth): ProofResult {
  const stepsOf = new Map<string, StepRow[]>();
  for (const step of steps) stepsOf.set(step.id, [...(stepsOf.get(step.id) ?? []), step]);
  const bad: Record<string, number> = {};
  const count = (what: string, by: number) => (bad[what] = (bad[what] ?? 0) + by);
  const figures: Record<string, number> = {};
  for (const [name, { receipts, faults }] of truth.receivers.byName) {
    const own = rows.filter(({ channel }) => channel === name);
    const keyOf = (id: string) => (name === 'phone' ? sequenceId(id) : id);
    const hasCome = ({ id }: DeliveryRow) => (receipts.get(keyOf(id))?.accepted ?? 0) > 0;
    const known = new Set(own.map(({ id }) => keyOf(id)));
    const given = [...receipts.values()];
    count('deliveries that did not come', own.filter((row) => !isGivenUp(row) && !hasCome(row)).length);
    count('deliveries neither delivered nor given up', own.filter((row) => !isSettled(row)).length);
    count('keys that nobody planned', given.filter(({ key }) => !known.has(key)).length);
    count('requests that no receiver takes', faults.invalid);
    count('repetitions with another body', faults.changed);
    if (name !== 'phone') {
      count(
        'deliveries that tell other steps',
        given.filter((one) => !tells(one, stepsOf.get(one.key))).length,
      );
      count('steps that came twice under two keys', doubledSteps(given));
      count('steps that came out of order', stepsOutOfOrder(given));
    }
    figures[`${name}: deliveries`] = own.length;
    figures[`${name}: requests`] = given.reduce((sum, { requests }) => sum + requests, 0);
    figures[`${name}: accepted again`] = given.filter(({ accepted }) => accepted > 1).length;
    if (name === 'gone') figures['gone: given up'] = own.filter(isGivenUp).length;
  }
  count('steps that are not gapless from 1', gapsIn(steps, rows));
  count('alerts whose state somebody was not told', untold(truth));
  figures['deliveries'] = rows.length;
  figures['steps'] = steps.length;
  figures['attempts'] = rows.reduce((sum, { attempts }) => sum + attempts, 0);
  return { figures: { ...figures, ...bad }, failures: failuresOf(bad) };
}

const isGivenUp = ({ channel, status }: DeliveryRow) => channel === 'gone' && status === 'gone';
const isSettled = (row: DeliveryRow) => row.status === 'delivered' || isGivenUp(row);

function tells({ steps }: Receipt, planned: readonly StepRow[] = []): boolean {
  const wanted = new Set(planned.map(({ alertId, step }) => `${alertId}/${step}`));
  return (
    steps.length === planned.length && steps.every(({ alertId, step }) => wanted.has(`${alertId}/${step}`))
  );
}

/** A receiver that drops repeated keys has each step once. */
function doubledSteps(receipts: readonly Receipt[]): number {
  const all = receipts.flatMap(({ steps, accepted }) =>
    accepted > 0 ? steps.map(({ alertId, step }) => `${alertId}/${step}`) : [],
  );
  return all.length - new Set(all).size;
}

function stepsOutOfOrder(receipts: readonly Receipt[]): number {
  const last = new Map<string, number>();
  let count = 0;
  for (const { steps } of inOrder(receipts)) {
    for (const { alertId, step } of steps) {
      if (step < (last.get(alertId) ?? 0)) count += 1;
      last.set(alertId, step);
    }
  }
  return count;
}

const inOrder = (receipts: readonly Receipt[]) =>
  receipts.filter(({ accepted }) => accepted > 0).toSorted((a, b) => a.place - b.place);

/** Of alerts and channels. Rows come in the order of alert, channel and step. */
function gapsIn(steps: readonly StepRow[], rows: readonly DeliveryRow[]): number {
  const channels = new Map(rows.map(({ id, channel }) => [id, channel]));
  const bad = new Set<string>();
  let [last, before] = ['', 0];
  for (const { alertId, step, id } of steps) {
    const place = `${alertId}/${channels.get(id)}`;
    if (step !== (place === last ? before + 1 : 1)) bad.add(place);
    [last, before] = [place, step];
  }
  return bad.size;
}

/**
 * Whoever was told of an alert that has ended must know it, and everybody whom it concerns must know an open one, unless
 * somebody takes care of it.
 */
function untold({ receivers, episodes, userOf }: DeliveryTruth): number {
  let count = 0;
  for (const [name, { receipts }] of receivers.byName) {
    if (name === 'gone' || name === 'phone') continue;
    const told = new Map<string, string>();
    for (const { steps } of inOrder([...receipts.values()]))
      for (const { alertId, status } of steps) told.set(alertId, status);
    for (const { alertId, status, acknowledged } of episodes) {
      const userId = userOf(alertId);
      if (userId === undefined || !channelsOf(userId).includes(name)) continue;
      const last = told.get(alertId);
      if (status === 'resolved') count += last === undefined || last === 'resolved' ? 0 : 1;
      else if (!acknowledged) count += last === undefined || last === 'resolved' ? 1 : 0;
    }
  }
  return count;
}
