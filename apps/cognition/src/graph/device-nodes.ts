import { analysisOf, type EventAnalysis, type RuleSet, type Signals, signalsOf } from '@bridge/mode-policy';
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
    const read: { readonly index: number; readonly signals: Signals }[] = [];
    const analyses = new Map<number, EventAnalysis>();
    for (const { index, event } of items) {
      const signals = signalsOf(event, rules);
      read.push({ index, signals });
      analyses.set(index, analysisOf(event, signals));
    }
    return { recent_events: read, analysis_results: { [device]: analyses } };
  };
}
