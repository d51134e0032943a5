import { z } from 'zod';
import { nextCursorField } from './fields.ts';
import { modeTransitionSchema } from './mode-transition.ts';

/** `GET /users/{user_id}/transitions`, newest first. */
export const transitionListSchema = z
  .object({ transitions: z.array(modeTransitionSchema), next: nextCursorField })
  .meta({ id: 'TransitionList' });
export type TransitionList = z.infer<typeof transitionListSchema>;
