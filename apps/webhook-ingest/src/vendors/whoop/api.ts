import { z } from 'zod';
import type { Span } from '../../pulls/domain/pull-plan.ts';
import type { PageAnswer, VendorAnswer } from '../vendor-answer.ts';
import { whoopDataType, whoopDataTypes } from './data-types.ts';
import type { GetOnce, VendorSession } from '../../vendor-client/vendor-session.ts';

const listSchema = z.looseObject({ records: z.array(z.unknown()), next_token: z.string().nullish() });
const inCycle = z.looseObject({ cycle_id: z.union([z.string(), z.number()]) });
const ofSleep = z.looseObject({ sleep_id: z.union([z.string(), z.number()]) });
/** The most that WHOOP gives at once. */
const pageSize = '25';

/** WHOOP API v2. A recovery is asked for by the id of its sleep, as notices name it. */
export function createWhoopSession(get: GetOnce): VendorSession {
  const fetchSleep = (id: string) => get(whoopDataTypes.sleep.objectPath(id));

  /** There is no route from a sleep to its recovery; the way is the sleep's cycle. */
  async function fetchRecovery(sleepId: string): Promise<VendorAnswer> {
    const sleep = await fetchSleep(sleepId);
    if (sleep.kind !== 'document') return sleep;
    const cycle = inCycle.safeParse(sleep.json);
    if (!cycle.success) return { kind: 'missing' };
    const recovery = await get(whoopDataTypes.recovery.objectPath(String(cycle.data.cycle_id)));
    if (recovery.kind !== 'document') return recovery;
    const owner = ofSleep.safeParse(recovery.json);
    // The cycle's recovery belongs to another sleep: this one has none, or none yet.
    if (!owner.success || String(owner.data.sleep_id) !== sleepId) return { kind: 'missing' };
    return { ...recovery, related: { sleep: sleep.json } };
  }

  return {
    async fetchObject(dataType, objectId) {
      const type = whoopDataType(dataType);
      if (type === undefined) return { kind: 'unknown_type' };
      return dataType === 'recovery' ? fetchRecovery(objectId) : get(type.objectPath(objectId));
    },
    async fetchPage(dataType, { fromMs, untilMs }: Span, page) {
      const type = whoopDataType(dataType);
      if (type === undefined) return { kind: 'missing' };
      const query = new URLSearchParams({
        limit: pageSize,
        start: new Date(fromMs).toISOString(),
        end: new Date(untilMs).toISOString(),
      });
      if (page !== undefined) query.set('nextToken', page);
      return toPage(await get(`${type.listPath}?${query.toString()}`));
    },
  };
}

function toPage(answer: VendorAnswer): PageAnswer {
  if (answer.kind !== 'document') return answer;
  const list = listSchema.safeParse(answer.json);
  if (!list.success) return { kind: 'missing' };
  return { kind: 'page', documents: list.data.records, next: list.data.next_token ?? undefined };
}
