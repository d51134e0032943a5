import { boundsOf } from '../../documents/domain/bounds.ts';
import type { FieldReader } from '../../documents/domain/field-reader.ts';
import { readDay } from './day.ts';

/** The field that a document without any time is refused for. */
export const endDatetime = 'end_datetime';

/** The times of a workout or session; undefined for one without any, not even a day. */
export function readDatetimeBounds(read: FieldReader) {
  return boundsOf(read, {
    start: read.moment('start_datetime', 'promised'),
    end: read.moment(endDatetime, 'promised'),
    endPath: endDatetime,
    fallback: readDay(read),
  });
}
