import { retryVerdict, type Log } from '@bridge/core';
import type { Notification, SendContext, SendResult } from '../channels/channel.ts';
import type { DeliveryChannel } from './channel-lanes.ts';

/** An adapter keeps its own limit; whatever outlasts it by this, in milliseconds, is left to itself. */
const graceMs = 1_000;

/** One attempt. Never throws: an adapter that does is an attempt that failed, or that is no use repeating. */
export async function sendNotification(
  { adapter, settings }: DeliveryChannel,
  notification: Notification,
  { context, log }: { readonly context: SendContext; readonly log: Log },
): Promise<SendResult> {
  const limit = Promise.withResolvers<SendResult>();
  const timer = setTimeout(
    () => limit.resolve({ kind: 'failed', reason: 'timeout' }),
    context.timeoutMs + graceMs,
  );
  try {
    return await Promise.race([send(), limit.promise]);
  } finally {
    clearTimeout(timer);
  }

  async function send(): Promise<SendResult> {
    try {
      return await adapter.send(settings, notification, context);
    } catch (error) {
      return fault(error);
    }
  }

  function fault(error: unknown): SendResult {
    if (retryVerdict(error) === 'transient') return { kind: 'failed', reason: 'connection' };
    log.error('alert channel failed', { kind: adapter.kind, error });
    return { kind: 'refused', reason: 'template' };
  }
}
