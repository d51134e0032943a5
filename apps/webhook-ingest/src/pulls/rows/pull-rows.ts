import { textArray, type Query } from '@bridge/postgres';
import type { Pull } from '../domain/pull-plan.ts';
import type { Span } from '../../vendors/vendor-answer.ts';

export type PullRows = {
  /**
   * Begins what was never begun; what is under way or done stays as it is. What comes later than the first of it is for
   * reconciling pulls to find.
   */
  begin(connectionId: string, dataTypes: readonly string[], span: Span): Promise<void>;
  /** In the order of their data types. */
  unfinished(connectionId: string): Promise<Pull[]>;
  /** The vendor does not give this type: nothing more to do. */
  finish(connectionId: string, dataTypes: readonly string[]): Promise<void>;
  /** Everything from `pulledFromMs` on is here. */
  advance(connectionId: string, dataType: string, pulledFromMs: number): Promise<void>;
  /** When new documents or points of this type came last, in milliseconds. */
  lastArrivalMs(connectionId: string, dataType: string): Promise<number | undefined>;
  /** When the last complete reconciling pull began; undefined when that is not known. */
  reconciledMs(connectionId: string): Promise<number | undefined>;
  /** @param beganMs Of a pull in which the vendor answered everything. */
  markReconciled(connectionId: string, beganMs: number): Promise<void>;
};

export function createPullRows(query: Query): PullRows {
  return {
    async begin(connectionId, dataTypes, { fromMs, untilMs }) {
      await query(
        `with begun as (
           insert into ingest.pulls (connection_id, data_type, wanted_from, wanted_until, pulled_from)
           select $1, data_type, $3, $4, $4 from unnest($2::text[]) as t(data_type)
           on conflict (connection_id, data_type) do nothing
           returning wanted_until
         )
         update ingest.connections set reconciled_at = $4
          where connection_id = $1 and reconciled_at is null and exists (select from begun)`,
        [connectionId, textArray(dataTypes), new Date(fromMs), new Date(untilMs)],
      );
    },
    async unfinished(connectionId) {
      const rows = await query<{ dataType: string; wantedFrom: Date; pulledFrom: Date }>(
        `select data_type "dataType", wanted_from "wantedFrom", pulled_from "pulledFrom" from ingest.pulls
          where connection_id = $1 and finished_at is null order by data_type`,
        [connectionId],
      );
      return rows.map(({ dataType, wantedFrom, pulledFrom }) => ({
        dataType,
        wantedFromMs: wantedFrom.getTime(),
        pulledFromMs: pulledFrom.getTime(),
      }));
    },
    async finish(connectionId, dataTypes) {
      await query(
        `update ingest.pulls set finished_at = now()
          where connection_id = $1 and data_type = any($2::text[]) and finished_at is null`,
        [connectionId, textArray(dataTypes)],
      );
    },
    async advance(connectionId, dataType, pulledFromMs) {
      await query(
        `update ingest.pulls
            set pulled_from = $3, finished_at = case when $3 <= wanted_from then now() end
          where connection_id = $1 and data_type = $2 and finished_at is null`,
        [connectionId, dataType, new Date(pulledFromMs)],
      );
    },
    async lastArrivalMs(connectionId, dataType) {
      const [row] = await query<{ at: Date }>(
        'select last_arrival_at at from ingest.arrivals where connection_id = $1 and data_type = $2',
        [connectionId, dataType],
      );
      return row?.at.getTime();
    },
    async reconciledMs(connectionId) {
      const [row] = await query<{ at: Date | null }>(
        'select reconciled_at at from ingest.connections where connection_id = $1',
        [connectionId],
      );
      return row?.at?.getTime();
    },
    async markReconciled(connectionId, beganMs) {
      await query(
        'update ingest.connections set reconciled_at = greatest(reconciled_at, $2) where connection_id = $1',
        [connectionId, new Date(beganMs)],
      );
    },
  };
}
