import { CodedError } from '@bridge/core';
import { ConfigError } from './config-error.ts';

export type LoggableError = {
  name: string;
  code?: string;
  message?: string;
  frames: string[];
  cause?: LoggableError;
  errors?: LoggableError[];
};

const frame =
  /^\s+at (?:async )?(?:(?:new )?[\w$.<>#[\] ]+ \()?(?:(?:file:\/\/|node:)?[^\s()]+:\d+:\d+|<anonymous>|native|index \d+)\)?$/;
const token = /^[\w.$-]{1,80}$/;
const mostFrames = 12;
const mostNested = 3;

/**
 * The loggable part of an error: name, code and where it happened. Messages quote data (zod, JSON.parse and pg all do),
 * so only errors of our own whose messages are part of their contract keep theirs.
 */
export function loggableError(error: unknown, depth = 0): LoggableError {
  if (!(error instanceof Error)) return { name: `non-error ${typeof error}`, frames: [] };
  const code: unknown = 'code' in error ? error.code : undefined;
  const keepsMessage = error instanceof CodedError || error instanceof ConfigError;
  const nested = depth < mostNested;
  return {
    name: token.test(error.name) ? error.name : 'Error',
    ...(isCode(code) ? { code: String(code) } : {}),
    ...(keepsMessage ? { message: error.message } : {}),
    frames: stackFrames(error),
    ...(nested && error.cause !== undefined ? { cause: loggableError(error.cause, depth + 1) } : {}),
    ...(nested && error instanceof AggregateError
      ? { errors: error.errors.slice(0, mostNested).map((inner) => loggableError(inner, depth + 1)) }
      : {}),
  };
}

function isCode(code: unknown): code is string | number {
  return typeof code === 'number' || (typeof code === 'string' && token.test(code));
}

/** The frames after the message, which may itself have lines that look like frames. */
function stackFrames({ stack, message }: Error): string[] {
  if (typeof stack !== 'string') return [];
  const start = message === '' ? -1 : stack.indexOf(message);
  const afterMessage = start === -1 ? stack : stack.slice(start + message.length);
  return afterMessage
    .split('\n')
    .filter((line) => frame.test(line))
    .slice(0, mostFrames)
    .map((line) => line.trim());
}
