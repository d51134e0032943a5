import { z } from 'zod';
import { jsonOf, startReceiver, type Receiver, type ReceiverPlace } from './start-receiver.ts';

const message = z.strictObject({
  topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/),
  title: z.string().max(250).optional(),
  message: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= 4_096, 'would become an attachment')
    .optional(),
  priority: z.int().min(1).max(5).optional(),
  tags: z.array(z.string().regex(/^[^,]+$/)).optional(),
  click: z.url().optional(),
  actions: z
    .array(
      z.strictObject({
        action: z.literal('view'),
        label: z.string().min(1),
        url: z.url(),
        clear: z.boolean().optional(),
      }),
    )
    .max(3)
    .optional(),
  sequence_id: z
    .string()
    .regex(/^[-_A-Za-z0-9]{1,64}$/)
    .optional(),
});

/** An ntfy server: messages as JSON at its root, 401 without its token. */
export function startNtfyReceiver(token?: string, place?: ReceiverPlace): Promise<Receiver> {
  return startReceiver((request) => {
    if (request.path !== '/') return { status: 404 };
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return { status: 401 };
    const { success, data } = message.safeParse(jsonOf(request));
    return success
      ? { status: 200, body: JSON.stringify({ id: 'x', event: 'message', topic: data.topic }) }
      : { status: 400, body: '{"code":40024,"http":400}' };
  }, place);
}
