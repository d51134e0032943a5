import { describe, expect, it } from 'vitest';
import { checkDefinitions } from './check-definitions.ts';
import type { VendorDefinition } from './vendor-definition.ts';
import { vendorDefinitions, type DefinitionsOf, type VendorName } from './vendors.ts';

const { oura, whoop } = vendorDefinitions;
const { sleep } = whoop.dataTypes;
if (sleep === undefined || oura.subscriptions === 'none') throw new Error('the definitions have changed');
const { subscriptions } = oura;
const { signature } = oura.notices;

describe('the definitions of vendors', () => {
  it('are sound', () => {
    expect(checkDefinitions(vendorDefinitions).all).toEqual(Object.values(vendorDefinitions));
  });

  it('are complete: a name without a definition does not compile', () => {
    // @ts-expect-error -- the third name has no definition
    expect(vendorDefinitions satisfies DefinitionsOf<VendorName | 'third'>).toBeDefined();
  });

  it('are reserved: partners could publish under another name, so it does not compile', () => {
    // @ts-expect-error -- the third name is no reserved source
    expect({ ...vendorDefinitions, third: whoop } satisfies DefinitionsOf<VendorName>).toBeDefined();
  });

  it('are found by name', () => {
    const vendors = checkDefinitions(vendorDefinitions);
    expect(vendors.find('oura')).toBe(oura);
    expect(vendors.find('constructor')).toBeUndefined();
    expect(() => vendors.get('gone')).toThrow(
      expect.objectContaining({ code: 'vendor_not_configured', retry: 'transient' }) as Error,
    );
  });
});

const cases: readonly [string, Partial<VendorDefinition>, string][] = [
  ['a name that no route can have', { name: 'Who op' }, 'the name must be lower-case letters'],
  ['another name than its key', { name: 'hoop' }, 'is registered under another name'],
  ['the variables of another', { environment: oura.environment }, 'two vendors read the same variables'],
  [
    'notices without a signature',
    { notices: { ...oura.notices, signature: { ...signature, signature: '' } } },
    'notices need a signature',
  ],
  ['no limits', { limits: [] }, 'needs the limits'],
  [
    'a limit without a window',
    { limits: [{ requests: 5, windowMs: 0 }] },
    'a limit must have requests and a window',
  ],
  ['no data type that is wanted', { dataTypes: {} }, 'needs a data type that is wanted'],
  ['a data type without a scope', { dataTypes: { sleep: { ...sleep, scope: '' } } }, 'sleep needs a scope'],
  [
    'a data type without a collection',
    { dataTypes: { sleep: { ...sleep, collection: '' } } },
    'sleep needs a collection',
  ],
  [
    'an interval of no length',
    { dataTypes: { sleep: { ...sleep, expectedWithinHours: 0 } } },
    'sleep needs an expected interval',
  ],
  [
    'no expected interval',
    { dataTypes: { sleep: { ...sleep, expectedWithinHours: 'irregular' } } },
    'else nobody hears of a silence',
  ],
  [
    'a companion that it does not have',
    { dataTypes: { recovery: whoop.dataTypes['recovery'] ?? sleep } },
    'recovery needs a companion',
  ],
  [
    'subscriptions that are never renewed',
    { subscriptions: { ...subscriptions, renewBeforeMs: 0 } },
    'subscriptions need a renewal interval',
  ],
  [
    'subscriptions to nothing',
    { subscriptions: { ...subscriptions, eventTypes: [] } },
    'subscriptions need event types',
  ],
];

it.each(cases)('a vendor with %s is refused when the service starts', (_case, change, fault) => {
  expect(() => checkDefinitions({ oura, whoop: { ...whoop, ...change } })).toThrow(
    expect.objectContaining({
      code: 'bad_vendor_definition',
      message: expect.stringContaining(fault) as string,
    }) as Error,
  );
});

it('all faults are named at once', () => {
  const broken = { ...whoop, limits: [], dataTypes: { sleep: { ...sleep, scope: '' } } };
  expect(() => checkDefinitions({ whoop: broken })).toThrow(/limits.*; whoop: sleep needs a scope/s);
});
