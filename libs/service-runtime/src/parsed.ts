import { CodedError } from '@bridge/core';
import { z } from 'zod';

/**
 * A zod transform from a parser that throws CodedErrors: `secret().transform(parsed(parseKeyList))`. The error's message
 * becomes one problem of the configuration, beside all others.
 */
export function parsed<T>(parse: (text: string) => T) {
  return (text: string, context: z.RefinementCtx<string>): T => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      context.addIssue({ code: 'custom', message: error.message, input: undefined });
      return z.NEVER;
    }
  };
}
