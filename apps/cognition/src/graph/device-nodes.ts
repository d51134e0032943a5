import { type RuleSet, signalsOf } from '@bridge/mode-policy';
import type { BatchUpdate, Item } from './state.ts';

export const devices = ['oura', 'whoop', 'apple', 'manual', 'partner'] as const;
export type Device = (typeof devices)[number];

/** Which node reads an event: the vendor's own, or the partners'. */
export function deviceOf(source: string): Device {
  return devices.find((device) => device === source) ?? 'partner';
}

/** Turns the readings of one device's events into signals. */
export function createDeviceNode(device: Device, rules: RuleSet) {
  return function readDevice({ items }: { readonly items: ReadonlySet<Item> }): BatchUpdate {
    return {
      recent_events: Array.from(items, ({ index, event }) => ({ index, signals: signalsOf(event, rules) })),
      analysis_results: { [device]: { events: items.size } },
    };
  };
}
