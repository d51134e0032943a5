import { z } from 'zod';

/** Highest priority first: the mode is that of the highest rule that fires or holds. */
export const modes = ['reflex', 'guardian', 'hypothesis', 'pattern'] as const;

export const modeSchema = z.enum(modes).meta({ id: 'Mode' });
export type Mode = (typeof modes)[number];
