import { ouraDataTypes, wantedOuraDataTypes, type OuraDataType } from '../../vendors/oura/data-types.ts';
import type { Vendor } from '../../vendors/vendors.ts';
import { whoopDataTypeNames, whoopDataTypes, type WhoopDataType } from '../../vendors/whoop/data-types.ts';

/** A data type of which something is expected within this time after the last arrival. */
export type ExpectedInterval = {
  readonly vendor: Vendor;
  readonly dataType: string;
  readonly withinMs: number;
};

const hourMs = 3_600_000;

/** Of all data types that have a rhythm. The others come when they come, and their absence says nothing. */
export const expectedIntervals: readonly ExpectedInterval[] = [
  ...wantedOuraDataTypes.flatMap((dataType) => rhythmOf('oura', dataType, ouraDataTypes[dataType])),
  ...whoopDataTypeNames.flatMap((dataType) => rhythmOf('whoop', dataType, whoopDataTypes[dataType])),
];

function rhythmOf(
  vendor: Vendor,
  dataType: string,
  { rhythmHours }: OuraDataType | WhoopDataType,
): ExpectedInterval[] {
  return rhythmHours === undefined ? [] : [{ vendor, dataType, withinMs: rhythmHours * hourMs }];
}
