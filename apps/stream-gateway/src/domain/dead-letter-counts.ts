/** A dead letter by where it stands, why it is one, and when that was, in milliseconds since 1970. */
export type DeadLetter = {
  readonly offset: number;
  readonly reason: string;
  readonly field: string | undefined;
  readonly at: number;
};

export type DeadLetterCount = Pick<DeadLetter, 'reason' | 'field'> & {
  readonly count: number;
  readonly newestAt: number;
};

/** Counts by reason and field at fault, the most frequent first. */
export function countDeadLetters(letters: readonly DeadLetter[]): DeadLetterCount[] {
  const groups = Map.groupBy(letters, ({ reason, field }) => JSON.stringify([reason, field]));
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const newestAt = group.reduce((newest, { at }) => Math.max(newest, at), 0);
      return [{ reason: first.reason, field: first.field, count: group.length, newestAt }];
    })
    .sort((a, b) => b.count - a.count || b.newestAt - a.newestAt);
}
