import type { SendContext } from '../src/channels/channel.ts';
import type { ReceiverClient } from '../src/channels/send-request.ts';

/** An attempt at this moment: receivers of signed requests look at the clock. */
export function buildSendContext(client: ReceiverClient, attempt = 1): SendContext {
  return { ...client, now: Date.now(), attempt };
}
