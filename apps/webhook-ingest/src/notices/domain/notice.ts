import type { Vendor } from '../../vendors/vendor-definition.ts';

/** «Something about this object changed»: all that a vendor's webhook says. */
export type Notice = {
  readonly vendor: Vendor;
  /** The vendor's own id of the person. */
  readonly vendorUserId: string;
  /** Oura's `data_type`; `sleep`, `recovery` or `workout` of WHOOP. An open set. */
  readonly dataType: string;
  readonly operation: 'upsert' | 'delete';
  /** The vendor's id; of a WHOOP recovery that of its sleep. */
  readonly objectId: string;
};
