import { parseTimestamp } from '@bridge/contracts';
import { z } from 'zod';

/** Short and printable: it becomes part of an event's id. */
export const vendorIdField = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 printable characters without spaces');

/** RFC 3339, read. */
export const momentField = z.string().transform((text, context) => {
  const moment = parseTimestamp(text);
  if (moment !== undefined) return moment;
  context.addIssue({ code: 'custom', message: 'must be an RFC 3339 date and time', continue: false });
  return z.NEVER;
});
