import type { LiveReading } from './apply-event.ts';
import { countsAlone } from './flags.ts';
import type { Saying } from './rule.ts';

/**
 * A rule of a live vital sign is left by two readings that meet its leave condition and are far enough apart, with none
 * between them that does not, or by one that counts alone. `leaveFrom`: the measured time of the first of them; 0: none.
 */
export function leaveFromAfter(
  leaveFrom: number,
  saying: Saying,
  { at, flags }: Pick<LiveReading, 'at' | 'flags'>,
  apartFrom: number,
): number | 'left' {
  switch (saying) {
    case 'nothing':
      return leaveFrom;
    case 'not_over':
      return at < leaveFrom ? leaveFrom : 0;
    case 'over':
      if (countsAlone(flags)) return 'left';
      if (leaveFrom === 0) return at;
      return Math.abs(at - leaveFrom) >= apartFrom ? 'left' : Math.min(leaveFrom, at);
  }
}
