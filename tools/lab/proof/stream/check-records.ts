import type { StreamClient } from './client.ts';
import type { ShownIds } from './read-shown-ids.ts';

export type RecordCheck = {
  readonly missing: number;
  readonly repeated: number;
  readonly foreign: number;
};

/** The ids that a client should have: all of its persons'. */
export function expectedIds({ users }: StreamClient, { byPerson }: ShownIds): ReadonlySet<string> {
  const persons = users ?? [...byPerson.keys()];
  return new Set(persons.flatMap((person) => [...(byPerson.get(person) ?? [])]));
}

/** Compares each client's record with the topics, de-duplicated by id. */
export function checkRecords(clients: readonly StreamClient[], shown: ShownIds): RecordCheck {
  let [missing, repeated, foreign] = [0, 0, 0];
  for (const client of clients) {
    const expected = expectedIds(client, shown);
    const given = new Set(client.record);
    repeated += client.record.length - given.size;
    for (const id of expected) if (!given.has(id)) missing += 1;
    for (const id of given) if (!expected.has(id)) foreign += 1;
  }
  return { missing, repeated, foreign };
}
