import { z } from 'zod';
import { idField } from './fields.ts';

export const languages = ['en', 'de'] as const;

export type Language = (typeof languages)[number];

const zoneName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_+/-]+$/, 'must be a time zone such as Europe/Berlin')
  .refine(isTimeZone, 'must be a time zone that exists');

/** A person's profile. Fields that are left out stay as they were. */
export const profileSchema = z
  .object({
    birth_year: z.int().min(1900).max(2100).exactOptional(),
    time_zone: zoneName.exactOptional(),
    language: z.enum(languages).exactOptional(),
    spo2_scale: z
      .union([z.literal(1), z.literal(2)])
      .exactOptional()
      .describe('2: a doctor set 88 to 92 % as the target'),
  })
  .meta({ id: 'Profile' });

export type Profile = z.infer<typeof profileSchema>;

export const answers = ['at_rest', 'exercise', 'fine', 'unwell'] as const;

export type AnswerChoice = (typeof answers)[number];

/** An answer to a question or an alert; it names exactly one of both. */
export const answerSchema = z
  .object({
    hypothesis_id: idField.exactOptional(),
    alert_id: idField.exactOptional(),
    answer: z.enum(answers),
  })
  .refine(
    ({ hypothesis_id, alert_id }) => (hypothesis_id === undefined) !== (alert_id === undefined),
    'must name either hypothesis_id or alert_id',
  )
  .meta({ id: 'Answer' });

export type Answer = z.infer<typeof answerSchema>;

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // A RangeError is the only way in which the platform says that it knows no such zone.
    return false;
  }
}
