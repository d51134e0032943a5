import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../faults.ts';
import { classes, type ChannelName } from './channels.ts';
import { startReceiver, type Answer, type ProofReceiver } from './receiver.ts';

export type Receivers = {
  readonly byName: ReadonlyMap<ChannelName, ProofReceiver>;
  /** From now on the receiver `gone` answers 410. */
  readonly leave: () => void;
  /**
   * Deliveries whose attempt may have died unsent are taken at once: after a second failure the schedule would wait for five
   * minutes.
   */
  readonly spare: (deliveryIds: Iterable<string>) => void;
  readonly close: () => Promise<void>;
};

type Manner = { readonly share: number; readonly answer: Answer };

/** How a receiver treats a share of the deliveries, each when it comes for the first time. */
const manners: Readonly<Partial<Record<ChannelName, Manner>>> = {
  phone: { share: 0.02, answer: { status: 503 } },
  hanging: { share: 1 / 200, answer: 'hang' },
  failing: { share: 0.1, answer: { status: 500 } },
  limited: { share: 0.1, answer: { status: 429, headers: { 'retry-after': '1' } } },
};

/** One HTTP server per channel, in this process. */
export async function startReceivers(): Promise<Receivers> {
  const spared = new Set<string>();
  let hasLeft = false;
  const answerOf = (name: ChannelName) => (key: string, isFirst: boolean) => {
    if (name === 'gone') return { status: hasLeft ? 410 : 204 };
    const manner = manners[name];
    const isChosen = manner !== undefined && isFirst && !spared.has(key) && shareOf(key) < manner.share;
    return isChosen ? manner.answer : { status: name === 'phone' ? 200 : 204 };
  };
  const byName = new Map<ChannelName, ProofReceiver>();
  for (const name of ['steady', ...classes] as const) {
    const kind = name === 'phone' ? 'ntfy' : 'webhook';
    byName.set(name, await startReceiver(kind, name, answerOf(name)));
  }
  return {
    byName,
    leave: () => void (hasLeft = true),
    spare(ids) {
      for (const id of ids) spared.add(id).add(sequenceId(id));
    },
    close: async () => {
      await Promise.all([...byName.values()].map((receiver) => receiver.stop()));
    },
  };
}

/** The key of a delivery as ntfy knows it. */
export function sequenceId(deliveryId: string): string {
  return hash('sha256', deliveryId, 'hex').slice(0, 32);
}

/** Shorter than the first pause of the retry schedule, so that no attempt fails twice by it. */
const deadMs = 4_000;

export function receiverDied({ byName }: Receivers): Fault {
  return {
    name: 'receiver died',
    targets: ['dying'],
    recoversFrom: 'end',
    inject: async () => {
      await byName.get('dying')?.stop();
      await sleep(deadMs);
      await byName.get('dying')?.start();
    },
  };
}

/** Keys are digests in hex, so any part of one is as good as a random number. From 0 to 1. */
function shareOf(key: string): number {
  return Number.parseInt(key.slice(0, 8), 16) / 2 ** 32;
}
