import { expect, it } from 'vitest';
import { objectPaths } from './api.ts';
import { whoopDataType, whoopDataTypes } from './data-types.ts';

it.each(Object.entries(objectPaths))('the id of a %s cannot lead to another route', (_type, pathOf) => {
  expect(pathOf('1/../../user?x=')).toBe(pathOf('ID').replace('ID', '1%2F..%2F..%2Fuser%3Fx%3D'));
});

it('knows its own types only', () => {
  expect(whoopDataType('cycle')).toBe(whoopDataTypes.cycle);
  expect(whoopDataType('constructor')).toBeUndefined();
});
