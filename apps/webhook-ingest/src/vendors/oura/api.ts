import { z } from 'zod';
import type { Get } from '../vendor-definition.ts';
import { listedBytes } from '../listed-bytes.ts';
import type { ObjectAnswer, PageAnswer, Span, VendorAnswer } from '../vendor-answer.ts';
import { ouraDataType } from './data-types.ts';

const listSchema = z.looseObject({ data: z.array(z.unknown()), next_token: z.string().nullish() });
const dayMs = 86_400_000;

export async function fetchObject(get: Get, dataType: string, objectId: string): Promise<ObjectAnswer> {
  const type = ouraDataType(dataType);
  if (type === undefined) return { kind: 'unknown_type' };
  return get(`/v2/usercollection/${type.collection}/${encodeURIComponent(objectId)}`);
}

export async function fetchPage(get: Get, dataType: string, span: Span, page?: string): Promise<PageAnswer> {
  const type = ouraDataType(dataType);
  if (type === undefined) return { kind: 'missing' };
  const query = new URLSearchParams(type.listedBy === 'date' ? days(span) : times(span));
  if (page !== undefined) query.set('next_token', page);
  return toPage(await get(`/v2/usercollection/${type.collection}?${query.toString()}`));
}

/** Days are the person's own, and whether the last one is included differs by route: a day more on both sides has all. */
function days({ fromMs, untilMs }: Span) {
  return { start_date: dayOf(fromMs - dayMs), end_date: dayOf(untilMs + dayMs) };
}

function times({ fromMs, untilMs }: Span) {
  return {
    start_datetime: new Date(fromMs).toISOString(),
    end_datetime: new Date(untilMs).toISOString(),
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function toPage(answer: VendorAnswer): PageAnswer {
  if (answer.kind !== 'document') return answer;
  const list = listSchema.safeParse(answer.json);
  if (!list.success) return { kind: 'missing' };
  const { data: documents, next_token: next } = list.data;
  return { kind: 'page', documents, raws: listedBytes(answer.raw, 'data'), next: next ?? undefined };
}
