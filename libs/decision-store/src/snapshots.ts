import { initialState, type PersonState, policyVersion } from '@bridge/mode-policy';
import type { Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import { unsealSnapshot } from './sealed-rows.ts';

/** A state from which a person's later events and ticks can be decided again. */
export type Snapshot = {
  readonly seq: number;
  readonly policyVersion: number;
  readonly state: PersonState;
};

export type SnapshotChoice = {
  /** `asc`: the first one of this policy, `desc`: the last one. */
  readonly order: 'asc' | 'desc';
  /** Only one of this `seq` or before. */
  readonly upTo?: number;
};

/**
 * The first or last snapshot of this code's policy; undefined: nothing was decided under it. The first one of a person who
 * was decided under an older policy is the state after the upgrade.
 */
export async function loadSnapshot(
  query: Query,
  person: LiveSubject,
  { order, upTo = Number.MAX_SAFE_INTEGER }: SnapshotChoice,
): Promise<Snapshot | undefined> {
  const [row] = await query<{ seq: number; policyVersion: number; state: Buffer | null }>(
    `select seq, policy_version "policyVersion", state from shared.snapshots
      where subject_id = $1 and seq <= $2 and policy_version = $3 order by seq ${order} limit 1`,
    [person.subjectId, upTo, policyVersion],
  );
  return row && { ...row, state: row.state ? unsealSnapshot(row.state, row.seq, person) : initialState };
}
