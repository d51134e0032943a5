import type { BiometricEvent } from '@bridge/contracts';
import type { PersonState } from './person-state.ts';

/** A state while a decision is being made. Its lists are replaced, never changed. */
export type Draft = { -readonly [Key in keyof PersonState]: PersonState[Key] };

/** More sources and devices than a person wears; those that nothing refers to make room. */
const keptSources = 8;
const keptDevices = 8;
const longestName = 32;

export function draftOf(state: PersonState): Draft {
  return { ...state };
}

/** The index of a source. When there are too many, one without any value makes room, else the last one is shared. */
export function sourceIndex(draft: Draft, source: string): number {
  const known = draft.sources.indexOf(source);
  if (known !== -1) return known;
  if (draft.sources.length < keptSources) {
    draft.sources = [...draft.sources, source];
    return draft.sources.length - 1;
  }
  const free = draft.sources.findIndex((_, index) => !isSourceUsed(draft, index));
  const at = free === -1 ? keptSources - 1 : free;
  draft.sources = draft.sources.with(at, source);
  if (free === -1) forgetSource(draft, at);
  draft.devices = draft.devices.map((device) => (device[0] === at ? [-1, '', 0, 0] : device));
  return at;
}

function isSourceUsed({ lanes, stepDays, devices, newest, windows }: Draft, source: number): boolean {
  return (
    lanes.some((lane) => lane[1] === source) ||
    stepDays.some((day) => day[0] === source) ||
    newest.some((entry) => devices[entry[1]]?.[0] === source) ||
    windows.some((window) => devices[window[1]]?.[0] === source)
  );
}

/** Its values must not pass for those of another source. */
function forgetSource(draft: Draft, source: number): void {
  const isOther = (device: number) => draft.devices[device]?.[0] !== source;
  draft.lanes = draft.lanes.filter((lane) => lane[1] !== source);
  draft.stepDays = draft.stepDays.filter((day) => day[0] !== source);
  draft.newest = draft.newest.filter((entry) => isOther(entry[1]));
  draft.windows = draft.windows.filter((window) => isOther(window[1]));
  draft.runs = draft.runs.filter(({ device }) => isOther(device));
}

/** The index of an event's device: its source and device id, or the source alone. */
export function deviceIndex(draft: Draft, { device_id }: BiometricEvent, source: number): number {
  const name = deviceName(device_id);
  const known = draft.devices.findIndex((device) => device[0] === source && device[1] === name);
  if (known !== -1) return known;
  if (draft.devices.length < keptDevices) {
    draft.devices = [...draft.devices, [source, name, 0, 0]];
    return draft.devices.length - 1;
  }
  const free = draft.devices.findIndex((_, index) => !isDeviceUsed(draft, index));
  const at = free === -1 ? keptDevices - 1 : free;
  draft.devices = draft.devices.with(at, [source, name, 0, 0]);
  if (free === -1) {
    draft.newest = draft.newest.filter((entry) => entry[1] !== at);
    draft.windows = draft.windows.filter((window) => window[1] !== at);
    draft.runs = draft.runs.filter(({ device }) => device !== at);
  }
  return at;
}

function isDeviceUsed({ newest, windows, runs, units }: Draft, device: number): boolean {
  return (
    newest.some((entry) => entry[1] === device) ||
    windows.some((window) => window[1] === device) ||
    runs.some((run) => run.device === device) ||
    units.some((unit) => unit.device === device)
  );
}

/** A long device id is kept as a mark: two devices of one vendor have different ones. */
export function deviceName(deviceId: string | undefined): string {
  if (deviceId === undefined) return '';
  if (deviceId.length <= longestName) return deviceId;
  let mark = 0x811c9dc5; // FNV-1a, 32 bit: devices are few, and a collision costs one comparison
  for (let at = 0; at < deviceId.length; at += 1)
    mark = Math.imul(mark ^ deviceId.charCodeAt(at), 0x01000193);
  return `~${(mark >>> 0).toString(36)}`;
}
