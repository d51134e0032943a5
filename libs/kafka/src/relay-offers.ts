import type { RelayRow } from './relay-rows.ts';

export type RelayOffers = {
  /**
   * Takes up rows in order, except those of `blocked` persons and of persons who are deferred already. Takes none, and
   * returns false, with `keep` false or when they are too many for memory.
   */
  add(rows: readonly RelayRow[], blocked: ReadonlySet<string>, keep: boolean): boolean;
  /** Returns all rows and forgets them. */
  take(): readonly RelayRow[];
  /** Persons whose rows are left to the table: offered rows of theirs would overtake those that wait there. */
  deferred(): readonly string[];
  /** Before the table is read: the result may lack persons whose rows are left to it from here on. */
  beginLook(): void;
  /** The table is empty of these persons: their rows are taken up again, except for persons left to it since `beginLook`. */
  resume(persons: readonly string[]): void;
  readonly isEmpty: () => boolean;
};

/** More than this in memory, and the rows are read back from the table instead. */
const maxOffered = { rows: 20_000, bytes: 4 * 1024 * 1024 };

/** Committed rows that wait in memory to be published. */
export function createRelayOffers(): RelayOffers {
  let offered: RelayRow[] = [];
  let offeredBytes = 0;
  const deferred = new Set<string>();
  /** Of these, whose rows were left there since a sweep last looked: it may not have seen them. */
  const leftSinceLook = new Set<string>();

  function leaveToTable(person: string): void {
    deferred.add(person);
    leftSinceLook.add(person);
  }

  return {
    add(rows, blocked, keep) {
      for (const person of blocked) leaveToTable(person);
      const free = rows.filter(({ subjectId }) => {
        if (subjectId === null || !deferred.has(subjectId)) return true;
        leaveToTable(subjectId);
        return false;
      });
      const bytes = free.reduce((sum, { message }) => sum + (message.value?.length ?? 0), offeredBytes);
      if (offered.length + free.length > maxOffered.rows || bytes > maxOffered.bytes) return false;
      if (!keep) return false;
      offered.push(...free);
      offeredBytes = bytes;
      return true;
    },
    take() {
      const rows = offered;
      [offered, offeredBytes] = [[], 0];
      return rows;
    },
    deferred: () => [...deferred],
    beginLook: () => leftSinceLook.clear(),
    resume(persons) {
      for (const person of persons) if (!leftSinceLook.has(person)) deferred.delete(person);
    },
    isEmpty: () => offered.length === 0,
  };
}
