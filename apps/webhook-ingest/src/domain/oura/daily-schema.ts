import { z } from 'zod';
import { momentField } from '../documents/fields.ts';
import { dayField } from './day.ts';

/** What documents about a day have in common. Some give the day only. */
export const dailyFields = { day: dayField, timestamp: momentField.nullish() };

/** A document about a day with these fields besides. */
export function dailySchema<Fields extends z.ZodRawShape>(fields: Fields) {
  return z.looseObject({ ...dailyFields, ...fields });
}
