import type { ReceiverRequest, SendContext, SendResult } from './channel.ts';
import { judgeAnswer } from './judge-answer.ts';

/** Formats a notification, sends it and judges the answer. A format that throws would throw again, so it is refused. */
export async function sendOverHttp(
  { request, now }: Pick<SendContext, 'request' | 'now'>,
  format: () => ReceiverRequest,
  { refusesForGood }: { readonly refusesForGood: boolean },
): Promise<SendResult> {
  let formatted: ReceiverRequest;
  try {
    formatted = format();
  } catch {
    return { kind: 'refused', reason: 'template' };
  }
  return judgeAnswer(await request(formatted), now, refusesForGood);
}

export function jsonRequest(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): ReceiverRequest {
  return {
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}
