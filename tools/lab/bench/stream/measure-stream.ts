import type { Bench } from '../bench.ts';
import { measureFanOut } from './fan-out.ts';
import { measureWebhookToFrame } from './webhook-to-frame.ts';

/** What many subscribers cost, and how soon a frame is with them. */
export const measureStream: Bench = async (context) => [
  ...(await measureFanOut(context)),
  ...(await measureWebhookToFrame(context)),
];
