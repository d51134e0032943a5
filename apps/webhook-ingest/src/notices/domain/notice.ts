import type { Vendor } from '../../vendors/vendor-definition.ts';

/** "Something about this object changed": all that a vendor's webhook says. */
export type Notice = {
  readonly vendor: Vendor;
  /** The vendor's own id of the person. */
  readonly vendorUserId: string;
  /** As the vendor's definition names it. An open set. */
  readonly dataType: string;
  readonly operation: 'upsert' | 'delete';
  /** The vendor's id of the object, as its notices give it. */
  readonly objectId: string;
};

/** The stored state and metric label of a notice of an unknown user. Rows and dashboards know it by this name. */
export const unknownUserState = 'nobody';
