import type { Vendor, VendorDefinition } from '../../vendors/vendor-definition.ts';

/** A document of this data type is expected within this time after the last arrival. */
export type ExpectedInterval = {
  readonly vendor: Vendor;
  readonly dataType: string;
  readonly withinMs: number;
};

const hourMs = 3_600_000;

/** Of all wanted data types that have one. The others come when they come, and their absence says nothing. */
export function expectedIntervals(
  vendors: readonly Pick<VendorDefinition, 'name' | 'dataTypes'>[],
): ExpectedInterval[] {
  return vendors.flatMap(({ name: vendor, dataTypes }) =>
    Object.entries(dataTypes).flatMap(([dataType, { isWanted, expectedWithinHours: hours }]) =>
      isWanted && hours !== 'irregular' ? [{ vendor, dataType, withinMs: hours * hourMs }] : [],
    ),
  );
}
