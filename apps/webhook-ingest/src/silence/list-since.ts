import { CodedError } from '@bridge/core';
import type { Connection } from '../connections/domain/connection.ts';
import type { PageAnswer } from '../vendors/vendor-answer.ts';
import type { CreateSession } from '../vendor-client/vendor-session.ts';

/** Older documents are not pulled either. */
const longestMs = 30 * 86_400_000;

/** Asks a vendor what it has of a data type since then, at the cost of one request of the budget of history. */
export function createListSince(createSession: CreateSession, now: () => number) {
  return async function listSince(
    connection: Connection,
    dataType: string,
    sinceMs: number,
  ): Promise<PageAnswer> {
    const untilMs = now();
    const fromMs = Math.max(sinceMs, untilMs - longestMs);
    try {
      return await createSession(connection, 'history').fetchPage(dataType, { fromMs, untilMs });
    } catch (error) {
      // Its client id was removed from the configuration while people are connected.
      if (error instanceof CodedError && error.code === 'vendor_not_configured') {
        return { kind: 'unavailable', retryAfterMs: 0 };
      }
      throw error;
    }
  };
}
