import type { SeriesPoint } from '../documents/domain/series-point.ts';

type AnyDataType = {
  /** The OAuth scope without which the vendor answers 403 or nothing. */
  readonly scope: string;
  /** Where its documents lie below the vendor's API. */
  readonly collection: string;
  /** The vendor sends notices of it; the others are only pulled. */
  readonly hasNotices: boolean;
  /** We pull it, and subscribe to it where the vendor has subscriptions. A notice of another type is kept and counted. */
  readonly isWanted: boolean;
  /**
   * Hours within which the next document arrives from a person who wears the device. `irregular`: it comes when it comes,
   * and its absence says nothing.
   */
  readonly expectedWithinHours: number | 'irregular';
};

/** Documents with ids, of which new versions replace old ones. */
type DocumentType = AnyDataType & { readonly shape: 'document'; readonly companion?: Companion };

/** Points without ids, which are merged instead of versioned. Only lists give them. */
type SeriesType = AnyDataType & {
  readonly shape: 'series';
  readonly readPoints: (items: readonly unknown[]) => SeriesPoints;
};

/** What a vendor calls a data type, and what is expected of it. */
export type DataType = DocumentType | SeriesType;

/** A document of another type, without which a document of this type is incomplete. */
export type Companion = {
  readonly dataType: string;
  /** The id of the companion that a document belongs to; undefined where the document names none. */
  readonly idIn: (document: unknown) => string | undefined;
  /** The id of the companion itself. */
  readonly idOf: (companion: unknown) => string | undefined;
};

export type SeriesPoints = {
  readonly points: readonly SeriesPoint[];
  /** Items that are no points, as they came: without a time, or with a number in quotes. */
  readonly unreadable: readonly unknown[];
};

/** The entry of a table under a name from outside; undefined for a name that the table does not have itself. */
export function entryOf<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
