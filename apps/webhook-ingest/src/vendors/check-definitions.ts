import { CodedError } from '@bridge/core';
import type { DataType } from './data-type.ts';
import type { Vendor, VendorDefinition } from './vendor-definition.ts';

/** The vendors with which the service runs. */
export type Vendors = {
  readonly all: readonly VendorDefinition[];
  readonly find: (name: Vendor) => VendorDefinition | undefined;
  /** Throws a transient `CodedError('vendor_not_configured')` for a name that a stored row alone still knows. */
  readonly get: (name: Vendor) => VendorDefinition;
};

/** Checks definitions when the service starts. Throws one `CodedError('bad_vendor_definition')` that names all faults. */
export function checkDefinitions(definitions: Readonly<Record<string, VendorDefinition>>): Vendors {
  const faults = Object.entries(definitions).flatMap(([key, definition]) =>
    faultsOf(key, definition).map((fault) => `${key}: ${fault}`),
  );
  const prefixes = Object.values(definitions).map(({ environment }) => environment.prefix);
  if (new Set(prefixes).size < prefixes.length) faults.push('two vendors read the same variables');
  if (faults.length > 0) throw new CodedError('bad_vendor_definition', 'permanent', faults.join('; '));

  const byName = new Map(Object.entries(definitions));
  return {
    all: [...byName.values()],
    find: (name) => byName.get(name),
    get(name) {
      const definition = byName.get(name);
      if (definition !== undefined) return definition;
      throw new CodedError('vendor_not_configured', 'transient', `${name} is no vendor of this service.`);
    },
  };
}

function faultsOf(key: string, definition: VendorDefinition): string[] {
  const { name, environment, notices, limits, dataTypes, subscriptions } = definition;
  const types = Object.entries(dataTypes);
  const wanted = types.filter(([, { isWanted }]) => isWanted);
  const hasSubscriptions = subscriptions !== 'none';
  const faults = [
    !/^[a-z][a-z\d_]{0,31}$/.test(name) && 'the name must be lower-case letters, digits and underscores',
    key !== name && `is registered under another name than ${name}`,
    !/^[A-Z][A-Z\d_]*$/.test(environment.prefix) && 'the prefix of its variables must be upper-case',
    notices.signature.signature === '' && 'notices need a signature',
    limits.length === 0 && 'needs the limits that the vendor publishes',
    limits.some((limit) => !isLimit(limit)) && 'a limit must have requests and a window',
    wanted.length === 0 && 'needs a data type that is wanted',
    !wanted.some(([, type]) => type.expectedWithinHours !== 'irregular') &&
      'needs a data type with an expected interval, else nobody hears of a silence',
    hasSubscriptions && !(subscriptions.renewBeforeMs > 0) && 'subscriptions need a renewal interval',
    hasSubscriptions && subscriptions.eventTypes.length === 0 && 'subscriptions need event types',
    hasSubscriptions &&
      !wanted.some(([, { hasNotices }]) => hasNotices) &&
      'subscriptions need a wanted data type with notices',
  ];
  return [
    ...faults.filter((fault) => fault !== false),
    ...types.flatMap(([typeName, type]) =>
      faultsOfType(type, dataTypes).map((fault) => `${typeName} ${fault}`),
    ),
  ];
}

function faultsOfType(type: DataType, dataTypes: VendorDefinition['dataTypes']): string[] {
  const { scope, collection, expectedWithinHours: hours } = type;
  const companion = type.shape === 'document' ? type.companion?.dataType : undefined;
  const faults = [
    scope === '' && 'needs a scope',
    collection === '' && 'needs a collection',
    hours !== 'irregular' && !(hours > 0) && 'needs an expected interval, or must be irregular',
    type.shape === 'series' && type.hasNotices && 'is a series, which no notice can name',
    companion !== undefined &&
      !(Object.hasOwn(dataTypes, companion) && dataTypes[companion]?.shape === 'document') &&
      'needs a companion that is a document',
  ];
  return faults.filter((fault) => fault !== false);
}

function isLimit({ requests, windowMs }: VendorDefinition['limits'][number]): boolean {
  return Number.isInteger(requests) && requests > 0 && windowMs > 0;
}
