import { z } from 'zod';

const unitMs = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Written as `10min`; read as milliseconds. */
export const duration = z
  .string()
  .regex(/^\d{1,5}(s|min|h|d)$/, 'must be a number with s, min, h or d, such as 10min')
  .transform((text) => Number.parseInt(text, 10) * unitMs[text.replace(/\d+/, '') as keyof typeof unitMs]);

export const number = z.number();
export const positive = z.number().positive();
export const share = z.number().min(0).max(1);
export const days = (most: number) => z.int().min(1).max(most);
