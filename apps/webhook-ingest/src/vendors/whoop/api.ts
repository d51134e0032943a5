import { z } from 'zod';
import { entryOf } from '../data-type.ts';
import type { Get } from '../vendor-definition.ts';
import { listedBytes } from '../listed-bytes.ts';
import type { ObjectAnswer, PageAnswer, Span, VendorAnswer } from '../vendor-answer.ts';
import { whoopDataType, whoopDataTypes, type WhoopDataTypeName } from './data-types.ts';

const listSchema = z.looseObject({ records: z.array(z.unknown()), next_token: z.string().nullish() });
const inCycle = z.looseObject({ cycle_id: z.union([z.string(), z.number()]) });
/** The most that WHOOP gives at once. */
const pageSize = '25';

/** The routes of one object. A recovery has no route of its own: it is found by the id of its cycle. */
export const objectPaths: Readonly<Record<WhoopDataTypeName, (id: string) => string>> = {
  sleep: (id) => `${whoopDataTypes.sleep.collection}/${encodeURIComponent(id)}`,
  recovery: (cycleId) => `${whoopDataTypes.cycle.collection}/${encodeURIComponent(cycleId)}/recovery`,
  workout: (id) => `${whoopDataTypes.workout.collection}/${encodeURIComponent(id)}`,
  cycle: (id) => `${whoopDataTypes.cycle.collection}/${encodeURIComponent(id)}`,
};

/** A recovery is requested by the id of its sleep, as notices name it. */
export async function fetchObject(get: Get, dataType: string, objectId: string): Promise<ObjectAnswer> {
  if (dataType === 'recovery') return fetchRecovery(get, objectId);
  const pathOf = entryOf(objectPaths, dataType);
  return pathOf === undefined ? { kind: 'unknown_type' } : get(pathOf(objectId));
}

/** There is no route from a sleep to its recovery; the way is the sleep's cycle. */
async function fetchRecovery(get: Get, sleepId: string): Promise<VendorAnswer> {
  const sleep = await get(objectPaths.sleep(sleepId));
  if (sleep.kind !== 'document') return sleep;
  const cycle = inCycle.safeParse(sleep.json);
  if (!cycle.success) return { kind: 'missing' };
  const recovery = await get(objectPaths.recovery(String(cycle.data.cycle_id)));
  if (recovery.kind !== 'document') return recovery;
  // The cycle's recovery belongs to another sleep: this one has none, or none yet.
  if (whoopDataTypes.recovery.companion.idIn(recovery.json) !== sleepId) return { kind: 'missing' };
  return { ...recovery, related: sleep.json };
}

/** `start` is inclusive, `end` exclusive. */
export async function fetchPage(get: Get, dataType: string, span: Span, page?: string): Promise<PageAnswer> {
  const type = whoopDataType(dataType);
  if (type === undefined) return { kind: 'missing' };
  const query = new URLSearchParams({
    limit: pageSize,
    start: new Date(span.fromMs).toISOString(),
    end: new Date(span.untilMs).toISOString(),
  });
  if (page !== undefined) query.set('nextToken', page);
  return toPage(await get(`${type.collection}?${query.toString()}`));
}

function toPage(answer: VendorAnswer): PageAnswer {
  if (answer.kind !== 'document') return answer;
  const list = listSchema.safeParse(answer.json);
  if (!list.success) return { kind: 'missing' };
  const { records: documents, next_token: next } = list.data;
  return { kind: 'page', documents, raws: listedBytes(answer.raw, 'records'), next: next ?? undefined };
}
