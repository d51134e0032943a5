import { z } from 'zod';

/** An address of a receiver. Names and passwords belong into settings that are masked. */
export const receiverUrlField = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .max(2_000)
  .refine((text) => {
    if (!URL.canParse(text)) return true;
    const { username, password } = new URL(text);
    return username === '' && password === '';
  }, 'must hold no user name and no password');
