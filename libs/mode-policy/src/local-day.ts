const minuteMs = 60_000;
const dayMs = 86_400_000;
/** No place on Earth is farther from UTC. */
const farthestOffsetMinutes = 14 * 60;

/** The local day of a time, counted from 1970-01-01. `offset`: minutes east of UTC. */
export function localDay(at: number, offset: number): number {
  return Math.floor((at + offset * minuteMs) / dayMs);
}

/** As people write it: 2026-11-20. */
export function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** Every time that lies on a local day under some offset. */
export function dayRange(day: number): { readonly from: number; readonly to: number } {
  return {
    from: day * dayMs - farthestOffsetMinutes * minuteMs,
    to: (day + 1) * dayMs + farthestOffsetMinutes * minuteMs,
  };
}

export type Zone = readonly [offset: number, at: number];

/**
 * The person's last real offset, by time of measurement, which is never later than now. Offsets of a clock that is more
 * than `aheadAtMost` ahead are ignored.
 */
export function laterZone(
  zone: Zone,
  offsets: readonly { readonly at: number; readonly offset: number | undefined }[],
  now: number,
  aheadAtMost: number,
): Zone {
  let last = zone;
  for (const { at, offset } of offsets) {
    const measured = Math.min(at, now);
    if (offset !== undefined && measured >= last[1] && at <= now + aheadAtMost) last = [offset, measured];
  }
  return last;
}
