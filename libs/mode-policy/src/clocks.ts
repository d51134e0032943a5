import type { BiometricEvent } from '@bridge/contracts';
import type { Draft } from './draft.ts';
import { epochOf } from './known-events.ts';
import type { Device } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';

/** How the time of an event without `Z` and without an offset was taken. */
export type ClockFinding = { readonly shift: number; readonly flag: 'local_clock' | 'no_offset' | null };

const asReported: ClockFinding = { shift: 0, flag: null };

/**
 * A time without `Z` and offset is UTC, except where it is a local clock: about a multiple of a quarter of an hour away
 * from the time of arrival. Ahead one message says so; behind it may be a backlog, so the device's message before must
 * have been behind by the same multiple. Then the time of arrival is taken. The device's last lag is kept.
 */
export function readClock(
  draft: Draft,
  event: BiometricEvent,
  device: number,
  { thresholds }: PolicyValues,
): ClockFinding {
  if (!event.provenance.flags.includes('no_offset')) return asReported;
  const { ahead_at_most, step, within, ahead_to, behind } = thresholds.clocks;
  const received = epochOf(event.received_at);
  const lag = received - epochOf(event.timestamp);
  const quarters = Math.round(lag / step);
  const isOnStep = Math.abs(lag - quarters * step) <= within && quarters !== 0;
  const [source, name, lastLag, lastAt] = draft.devices[device] as Device;
  draft.devices = draft.devices.with(device, [source, name, isOnStep ? quarters : 0, received]);
  const taken = (flag: ClockFinding['flag']): ClockFinding => ({ shift: lag, flag });
  if (isOnStep && lag < 0 && -lag <= ahead_to + within) return taken('local_clock');
  const isBehind = lag >= behind.from - within && lag <= behind.to + within;
  if (isOnStep && isBehind && lastLag === quarters && received - lastAt >= behind.apart)
    return taken('local_clock');
  return -lag > ahead_at_most ? taken('no_offset') : asReported;
}
