import { expect, it } from 'vitest';
import { whoopDataType, whoopDataTypeNames, whoopDataTypes } from './data-types.ts';

it.each(whoopDataTypeNames)('the id of a %s cannot lead to another route', (type) => {
  const { objectPath } = whoopDataTypes[type];
  expect(objectPath('1/../../user?x=')).toBe(objectPath('ID').replace('ID', '1%2F..%2F..%2Fuser%3Fx%3D'));
});

it('knows its own types only', () => {
  expect(whoopDataType('cycle')).toBe(whoopDataTypes.cycle);
  expect(whoopDataType('constructor')).toBeUndefined();
});
