import type { ReservedSource } from '@bridge/contracts';
import { oura } from './oura/vendor.ts';
import type { VendorDefinition } from './vendor-definition.ts';
import { whoop } from './whoop/vendor.ts';

/** Sources that our own producers alone may name. Those that are no vendors have features of their own. */
export type VendorName = Exclude<ReservedSource, 'apple' | 'manual'>;

/** A definition for each name. */
export type DefinitionsOf<Name extends string> = Readonly<Record<Name, VendorDefinition>>;

/** Every vendor. A name without a definition does not compile, nor does a definition whose name partners could claim. */
export const vendorDefinitions = { oura, whoop } satisfies DefinitionsOf<VendorName>;
