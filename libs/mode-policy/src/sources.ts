import type { DeviceEntry, Entry } from './person-state.ts';

/** More devices than a person wears at a time. */
const kept = 3;
/** The source in evidence when a person has more of them. */
const oneOfMany = 'several';

type SourceTable = {
  sources: readonly string[];
  readonly newest: readonly (Entry | 0)[];
  readonly devices: readonly DeviceEntry[];
};

/** The index of a source; a new one replaces one that nothing refers to any more. -1: one of many. */
export function sourceIndex(draft: SourceTable, source: string): number {
  const known = draft.sources.indexOf(source);
  if (known !== -1) return known;
  if (draft.sources.length < kept) {
    draft.sources = [...draft.sources, source];
    return draft.sources.length - 1;
  }
  const free = draft.sources.findIndex((_, index) => !isUsed(draft, index));
  if (free !== -1) draft.sources = draft.sources.with(free, source);
  return free;
}

export function sourceNamed(sources: readonly string[], index: number): string {
  return sources[index] ?? oneOfMany;
}

function isUsed({ newest, devices }: SourceTable, index: number): boolean {
  return (
    newest.some((entry) => entry !== 0 && entry[2] === index) || devices.some((entry) => entry[4] === index)
  );
}
