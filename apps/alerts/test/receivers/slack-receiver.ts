import { z } from 'zod';
import { jsonOf, startReceiver, type Receiver, type ReceiverPlace } from './start-receiver.ts';

/** Control sequences that Slack would act on: only links of ours may stand in a text. */
const mrkdwn = (length: number) =>
  z
    .string()
    .min(1)
    .max(length)
    .refine((text) => {
      const rest = text.replace(/<https?:\/\/[^<>|\s]+\|[^<>|]+>/g, '');
      return !/[<>]/.test(rest) && !/&(?!amp;|lt;|gt;)/.test(rest);
    }, 'invalid_formatting');

const plainText = (length: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(length),
    emoji: z.boolean().optional(),
  });

const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), text: plainText(150) }),
  z.strictObject({
    type: z.literal('section'),
    text: z.strictObject({ type: z.literal('mrkdwn'), text: mrkdwn(3_000) }),
  }),
]);

const message = z.strictObject({
  text: mrkdwn(4_000),
  unfurl_links: z.boolean(),
  unfurl_media: z.boolean(),
  blocks: z.array(block).min(1).max(50),
});

/** Slack's incoming webhook: a path with the secret, and blocks within their limits. */
export function startSlackReceiver(place?: ReceiverPlace): Promise<Receiver> {
  return startReceiver((request) => {
    if (!/^\/services\/T\w+\/B\w+\/\w+$/.test(request.path)) return { status: 404, body: 'no_service' };
    if (request.headers['content-type'] !== 'application/json')
      return { status: 400, body: 'invalid_payload' };
    const { success } = message.safeParse(jsonOf(request));
    return success ? { status: 200, body: 'ok' } : { status: 400, body: 'invalid_blocks' };
  }, place);
}
