import { z } from 'zod';
import { idField, nameField } from './fields.ts';

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
    spo2_scale: z.literal([1, 2]).exactOptional().describe('2: a doctor set 88 to 92 % as the target'),
  })
  .meta({ id: 'Profile' });

export type Profile = z.infer<typeof profileSchema>;

export const answers = ['at_rest', 'exercise', 'fine', 'unwell'] as const;

export type AnswerChoice = (typeof answers)[number];

const mustNameOne = 'must name either hypothesis_id or alert_id';

/** An answer to a question or an alert; it names exactly one of both. */
export const answerSchema = z
  .object({
    hypothesis_id: idField.exactOptional(),
    alert_id: idField.exactOptional(),
    answer: z.enum(answers),
  })
  .refine(namesOne, mustNameOne)
  .meta({ id: 'Answer' });

export type Answer = z.infer<typeof answerSchema>;

function namesOne({ hypothesis_id, alert_id }: { hypothesis_id?: string; alert_id?: string }): boolean {
  return (hypothesis_id === undefined) !== (alert_id === undefined);
}

/** A bare offset such as `+0200` is a zone for the platform and no place: clocks would not change there. */
const givenZone = zoneName.regex(/^[A-Za-z]/, 'must be a time zone such as Europe/Berlin');

/** The body of `PUT /users/{user_id}/profile`. */
export const profileBodySchema = z
  .strictObject({ ...profileSchema.shape, time_zone: givenZone.exactOptional() })
  .refine((profile) => Object.keys(profile).length > 0, 'must hold at least one field of the profile')
  .meta({ id: 'ProfileBody' });

const identity = {
  event_id: nameField.nullish().describe("The client's own id; makes a retry the same event"),
  timestamp: z.string().max(40).nullish().describe('RFC 3339; when it was said'),
};

/** The body of `POST /users/{user_id}/answers`. */
export const answerBodySchema = z
  .strictObject({ ...answerSchema.shape, ...identity })
  .refine(namesOne, mustNameOne)
  .meta({ id: 'AnswerBody' });

/** A profile on `POST /webhooks/manual`. */
export const manualProfileSchema = z
  .strictObject({
    user_id: nameField,
    event_type: z.literal('profile'),
    profile: profileBodySchema,
    ...identity,
  })
  .meta({ id: 'ManualProfile' });

/** An answer on `POST /webhooks/manual`. */
export const manualAnswerSchema = z
  .strictObject({
    user_id: nameField,
    event_type: z.literal('answer'),
    answer: z.strictObject(answerSchema.shape).refine(namesOne, mustNameOne),
    ...identity,
  })
  .meta({ id: 'ManualAnswer' });

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // A RangeError is the only way in which the platform says that it knows no such zone.
    return false;
  }
}
