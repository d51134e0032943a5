export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Day 0 of every life: a Monday. */
export const firstMidnightMs = Date.UTC(2026, 0, 5);

const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));
let cached = { day: Number.NaN, text: '' };

/**
 * RFC 3339 in whole seconds with the person's own offset; `+00:00` says where somebody is, too. Written by hand: a night
 * has hundreds of times.
 */
export function localText(epochMs: number, offsetMinutes: number): string {
  const local = epochMs + offsetMinutes * minuteMs;
  const day = Math.floor(local / dayMs);
  if (day !== cached.day) cached = { day, text: new Date(day * dayMs).toISOString().slice(0, 11) };
  const seconds = Math.floor((local - day * dayMs) / secondMs);
  const clock = `${twoDigits[Math.floor(seconds / 3600)]}:${twoDigits[Math.floor(seconds / 60) % 60]}:${twoDigits[seconds % 60]}`;
  return `${cached.text}${clock}${zoneText(offsetMinutes)}`;
}

function zoneText(offsetMinutes: number): string {
  const minutes = Math.abs(offsetMinutes);
  const sign = offsetMinutes < 0 ? '-' : '+';
  return `${sign}${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}`;
}
