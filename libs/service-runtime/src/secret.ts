import { z } from 'zod';

const placeholder =
  /change.?me|placeholder|example|replace.?(me|this)|your[-_ ]|password|secret|insert|generated-|todo-|0123456789/i;

const enoughCharacters = 32;
const enoughDistinctCharacters = 8;

/** A secret from the environment: at least 32 characters, no placeholder, not one character repeated. */
export function secret() {
  return z
    .string()
    .min(enoughCharacters, `must have at least ${enoughCharacters} characters`)
    .refine((value) => !/\s/.test(value), 'must not contain white space')
    .refine((value) => !placeholder.test(value), 'looks like a placeholder; make a random one')
    .refine(
      (value) => value.length < enoughCharacters || new Set(value).size >= enoughDistinctCharacters,
      'repeats too few characters; make a random one',
    );
}
