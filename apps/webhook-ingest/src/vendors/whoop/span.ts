import { parseTimestamp, type Timestamp } from '@bridge/contracts';
import { z } from 'zod';
import { withOffset } from '../../documents/domain/with-offset.ts';
import { momentField } from '../../documents/domain/fields.ts';

/** Minutes east of UTC, of `+05:45` or `Z`. */
const offsetField = z.string().transform((text, context) => {
  const offset = /^(?:Z|[+-]\d\d:\d\d)$/.test(text) && parseTimestamp(`2000-01-01T00:00:00${text}`);
  if (offset) return offset.offsetMinutes;
  context.addIssue({ code: 'custom', message: 'must be an offset from UTC', continue: false });
  return z.NEVER;
});

/** Times come in UTC, with the person's offset beside them. */
export const spanFields = { start: momentField, end: momentField, timezone_offset: offsetField };

export const endAfterStart = {
  check: ({ start, end }: { readonly start: Timestamp; readonly end: Timestamp }) =>
    end.epochMs > start.epochMs,
  problem: { path: ['end'], message: 'must lie after start' },
};

type Span = {
  readonly start: Timestamp;
  readonly end: Timestamp;
  readonly timezone_offset: number | undefined;
};

/** Start and end on the person's own clock. */
export function localSpan({ start, end, timezone_offset }: Span): {
  readonly start: string;
  readonly end: string;
} {
  return { start: withOffset(start.epochMs, timezone_offset), end: withOffset(end.epochMs, timezone_offset) };
}
