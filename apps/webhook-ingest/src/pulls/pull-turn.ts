import type { HandleVendorFailure } from '../connections/handle-vendor-failure.ts';
import type { ConnectionSnapshot, LoadConnection } from '../connections/load-connection.ts';
import type { CreateSession } from '../vendor-client/vendor-session.ts';
import type { VendorFailure } from '../vendors/vendor-answer.ts';
import type { PullTarget } from './pull-window.ts';

export type OpenPull = PullTarget & { readonly connection: ConnectionSnapshot };
export type PullTask = 'pull_history' | 'reconcile_connection';

type Deps = {
  readonly loadConnection: LoadConnection<ConnectionSnapshot>;
  readonly createSession: CreateSession;
  readonly handleVendorFailure: HandleVendorFailure;
  readonly markActive: (connection: ConnectionSnapshot) => Promise<unknown>;
  readonly addJob: (job: {
    task: PullTask;
    connectionId: string;
    priority: number;
    runAtMs: number;
  }) => Promise<void>;
  readonly now: () => number;
};

export type PullTurn = {
  /** Undefined if the connection is closed, or its vendor must not be asked yet. */
  readonly begin: (payload: unknown, task: PullTask) => Promise<OpenPull | undefined>;
  readonly requeue: (connectionId: string, task: PullTask, runAtMs: number) => Promise<void>;
  readonly requeueAfter: (pull: OpenPull, failure: VendorFailure, task: PullTask) => Promise<void>;
  /** The vendor answered: the connection is not lapsed any more. */
  readonly noteAnswer: (connection: ConnectionSnapshot) => Promise<void>;
};

/** Behind every job that a notice asked for. */
const priorities = { reconcile_connection: 50, pull_history: 100 } as const;

/** The beginning and the end of one run of a pulling job. */
export function createPullTurn(deps: Deps): PullTurn {
  const { loadConnection, createSession, handleVendorFailure, markActive, addJob, now } = deps;

  async function begin(payload: unknown, task: PullTask): Promise<OpenPull | undefined> {
    const opened = await loadConnection(payload);
    if (opened.kind !== 'open') return undefined;
    const { connection, person } = opened;
    const { connectionId, notBefore } = connection;
    if (notBefore !== undefined && notBefore.getTime() > now()) {
      await requeue(connectionId, task, notBefore.getTime());
      return undefined;
    }
    return { connection, person, session: createSession(connection, 'history') };
  }

  async function requeueAfter(
    { connection }: OpenPull,
    failure: VendorFailure,
    task: PullTask,
  ): Promise<void> {
    const retryAt = await handleVendorFailure(connection, failure);
    if (retryAt !== undefined) await requeue(connection.connectionId, task, retryAt);
  }

  async function noteAnswer(connection: ConnectionSnapshot): Promise<void> {
    if (connection.state === 'lapsed') await markActive(connection);
  }

  function requeue(connectionId: string, task: PullTask, runAtMs: number): Promise<void> {
    return addJob({ task, connectionId, priority: priorities[task], runAtMs });
  }

  return { begin, requeue, requeueAfter, noteAnswer };
}
