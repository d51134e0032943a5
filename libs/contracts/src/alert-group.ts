import { z } from 'zod';
import { slugField } from './alert-routing.ts';
import { nameField, nextCursorField, utcField } from './fields.ts';

/** A group of persons, for matchers. */
export const groupBodySchema = z
  .strictObject({ members: z.array(nameField).max(10_000).describe('user ids') })
  .meta({ id: 'GroupBody' });

export const groupSchema = z
  .object({ name: slugField, members: z.array(nameField), updated_at: utcField })
  .meta({ id: 'Group' });
export type GroupDocument = z.infer<typeof groupSchema>;

export const groupListSchema = z
  .object({
    groups: z.array(z.object({ name: slugField, members: z.int().min(0), updated_at: utcField })),
    next: nextCursorField,
  })
  .meta({ id: 'GroupList' });
export type GroupList = z.infer<typeof groupListSchema>;
