import type { ChannelAdapter, SendResult } from '../channels/channel.ts';
import {
  attemptBegan,
  attemptEnded,
  attemptsAllowed,
  closedCircuit,
  type Circuit,
} from './domain/circuit.ts';
import type { FreeSlots } from './rows/delivery-claims.ts';

/** A channel as it is configured now. */
export type DeliveryChannel = {
  readonly adapter: ChannelAdapter;
  readonly settings: unknown;
  readonly state: 'active' | 'disabled';
  readonly fitForHealthData: boolean;
};

/** By name. */
export type DeliveryChannels = ReadonlyMap<string, DeliveryChannel>;

/**
 * What this process does over each channel. Channels share nothing, so that none waits for another. A channel is ripe while it
 * may have due deliveries; only ripe ones are looked at.
 */
export type ChannelLanes = {
  /** Undefined: every channel. */
  ripen(channels?: Iterable<string>): void;
  /** Of ripe channels, which are taken as looked at; those that were served least recently come first. */
  free(now: number): FreeSlots[];
  /** @param cut There may be more in every channel of `asked`. */
  claimed(
    asked: readonly FreeSlots[],
    deliveries: readonly { readonly channel: string }[],
    cut: boolean,
  ): void;
  began(channel: string): void;
  /** Nothing begins until `work` has ended. */
  hold(channel: string, work: Promise<void>): Promise<void>;
  ended(channel: string, result: SendResult, now: number): void;
  readonly isOpen: (channel: string) => boolean;
};

type Lane = { readonly running: number; readonly circuit: Circuit };

const idle: Lane = { running: 0, circuit: closedCircuit };

export function createChannelLanes(channels: () => DeliveryChannels, concurrency: number): ChannelLanes {
  const lanes = new Map<string, Lane>();
  /** In the order in which they are looked at. */
  const ripe = new Set<string>();
  const held = new Set<string>();

  const laneOf = (channel: string) => lanes.get(channel) ?? idle;
  const isActive = (channel: string) => channels().get(channel)?.state === 'active' && !held.has(channel);

  /** Channels come and go: a lane that says nothing is not kept. */
  function change(channel: string, lane: Lane): void {
    const { running, circuit } = lane;
    if (running === 0 && circuit.kind === 'closed' && circuit.faults === 0) lanes.delete(channel);
    else lanes.set(channel, lane);
  }

  return {
    ripen(names = channels().keys()) {
      for (const name of names) if (isActive(name)) ripe.add(name);
    },

    free(now) {
      const free: FreeSlots[] = [];
      for (const channel of ripe) {
        const { running, circuit } = laneOf(channel);
        const slots = isActive(channel) ? attemptsAllowed(circuit, concurrency - running, now) : 0;
        if (slots > 0) free.push({ channel, slots });
      }
      // Now, not when the answer is there: what becomes ripe in between must stay ripe.
      for (const { channel } of free) ripe.delete(channel);
      return free;
    },

    claimed(asked, deliveries, cut) {
      const counts = new Map<string, number>();
      for (const { channel } of deliveries) counts.set(channel, (counts.get(channel) ?? 0) + 1);
      const count = (channel: string) => counts.get(channel) ?? 0;
      if (cut) for (const { channel } of asked) if (count(channel) === 0) ripe.add(channel);
      for (const { channel, slots } of asked) {
        if (count(channel) === slots || (cut && count(channel) > 0)) ripe.add(channel);
      }
    },

    began(channel) {
      const { running, circuit } = laneOf(channel);
      change(channel, { running: running + 1, circuit: attemptBegan(circuit) });
    },

    async hold(channel, work) {
      held.add(channel);
      await work;
      held.delete(channel);
    },

    ended(channel, result, now) {
      const { running, circuit } = laneOf(channel);
      change(channel, { running: running - 1, circuit: attemptEnded(circuit, result, now) });
    },

    isOpen: (channel) => laneOf(channel).circuit.kind !== 'closed',
  };
}
