import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingMessage } from '@bridge/kafka';
import { backoff } from '@bridge/resilience';
import type { ReadItems } from './adapters/read-items.ts';
import type { WebSocketPeer } from './adapters/websocket-peer.ts';
import type { FrameContent } from './domain/read-frame.ts';
import type { PushMetrics } from './push-metrics.ts';

type Deps = {
  readonly readItems: ReadItems;
  readonly peer: WebSocketPeer;
  readonly metrics: PushMetrics;
  readonly random: () => number;
  readonly delays: { readonly initialMs: number; readonly maxMs: number };
};

/**
 * In: transitions and alert changes of one partition, in order.
 * Out: one text message each, `{"id", "type", "data"}`, to the server of `WEBSOCKET_URL`.
 * Holds: it resolves once the server has taken all of them, so each is pushed at least once, and again under its id after a
 * connection broke. What nobody takes stays on its topic: nothing is collected here.
 */
export function createPushChanges({ readItems, peer, metrics, random, delays }: Deps) {
  let failures = 0;

  return async function pushChanges(
    messages: readonly IncomingMessage[],
    signal: AbortSignal,
  ): Promise<void> {
    const texts: string[] = [];
    for (const message of messages) {
      for (const outcome of await readItems(message)) {
        if (outcome.kind === 'ok') texts.push(textOf(outcome.value));
        else metrics.skipped(outcome.reason);
      }
    }
    if (texts.length === 0) return;
    try {
      await peer.deliver(texts);
      failures = 0;
      metrics.pushed(texts.length);
    } catch (error) {
      failures += 1;
      metrics.failed();
      await sleep(backoff(failures, delays, random), undefined, { signal }).catch(() => undefined);
      throw error;
    }
  };
}

function textOf({ id, kind, body }: FrameContent): string {
  return JSON.stringify({ id, type: kind, data: body });
}
