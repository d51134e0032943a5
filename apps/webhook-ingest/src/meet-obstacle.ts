import type { ConnectionState } from './domain/connection.ts';
import type { Obstacle } from './domain/pulls/vendor-answer.ts';

type Deps = {
  readonly markState: (
    connectionId: string,
    state: Exclude<ConnectionState, 'disconnected'>,
  ) => Promise<boolean>;
  readonly setNotBefore: (connectionId: string, at: Date | null) => Promise<void>;
  readonly now: () => number;
};

const probeEveryMs = 86_400_000;

/**
 * What becomes of a connection whose vendor does not give its documents now. Gives the time of the next try, in
 * milliseconds; undefined where the person has to consent again first, which starts it anew.
 */
export function createMeetObstacle({ markState, setNotBefore, now }: Deps) {
  return async function meetObstacle(connectionId: string, obstacle: Obstacle): Promise<number | undefined> {
    if (obstacle.kind !== 'refused') return now() + obstacle.retryAfterMs;
    if (obstacle.status === 401) {
      await markState(connectionId, 'needs_consent');
      return undefined;
    }
    // A lapsed membership is asked about once a day, not once a notice.
    const probeAt = now() + probeEveryMs;
    await markState(connectionId, 'lapsed');
    await setNotBefore(connectionId, new Date(probeAt));
    return probeAt;
  };
}

export type MeetObstacle = ReturnType<typeof createMeetObstacle>;
