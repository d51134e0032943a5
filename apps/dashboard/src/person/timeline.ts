import type { ModeTransition } from '@bridge/contracts';

/** A time in one mode; times in milliseconds since 1970. */
export type ModeSpan = {
  readonly mode: string | null;
  readonly from: number;
  readonly to: number;
  /** The switch with which it began, unless that lies before the time shown. */
  readonly transition: ModeTransition | undefined;
};

type Window = { readonly from: number; readonly to: number };

/** The modes within a time, oldest first. @param current The mode now, where no switch lies in that time. */
export function modeSpans(
  transitions: readonly ModeTransition[],
  { from, to }: Window,
  current: { readonly mode: string | null; readonly since: string | null },
): readonly ModeSpan[] {
  const inside = transitions
    .filter(({ at }) => Date.parse(at) >= from && Date.parse(at) < to)
    .sort((a, b) => a.seq - b.seq);
  const [first] = inside;
  if (first === undefined) {
    const since = current.since === null ? from : Math.max(from, Date.parse(current.since));
    return since < to ? [{ mode: current.mode, from: since, to, transition: undefined }] : [];
  }
  const spans = inside.map((transition, index): ModeSpan => {
    const next = inside[index + 1];
    return {
      mode: transition.to,
      from: Date.parse(transition.at),
      to: next === undefined ? to : Date.parse(next.at),
      transition,
    };
  });
  const before = Date.parse(first.at);
  const lead =
    first.from === null || before <= from
      ? []
      : [{ mode: first.from as string | null, from, to: before, transition: undefined }];
  return [...lead, ...spans];
}
