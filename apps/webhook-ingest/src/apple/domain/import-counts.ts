/** What became of elements. */
export type ImportCounts = {
  readonly new: number;
  /** Known already, and the same. */
  readonly duplicates: number;
  /** Known already with another value. */
  readonly corrected: number;
  /** They say something that cannot be; kept and shown, but no event. */
  readonly quarantined: number;
  /** Older than anything that is kept. */
  readonly dropped: number;
};

export const zeroCounts: ImportCounts = { new: 0, duplicates: 0, corrected: 0, quarantined: 0, dropped: 0 };

export function addCounts(one: ImportCounts, two: ImportCounts): ImportCounts {
  return {
    new: one.new + two.new,
    duplicates: one.duplicates + two.duplicates,
    corrected: one.corrected + two.corrected,
    quarantined: one.quarantined + two.quarantined,
    dropped: one.dropped + two.dropped,
  };
}
