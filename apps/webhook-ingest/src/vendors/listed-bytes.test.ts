import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listedBytes } from './listed-bytes.ts';

const texts = (json: string, name = 'data') => listedBytes(Buffer.from(json), name).map(String);

test('documents of a list are their bytes as they came', () => {
  const documents = ['{"id": "\\u00e9", "v":1.0}', '{ "a":[1,{"data":[2]}],"s":"],\\"}" }', 'null', '3e0'];
  const json = `{"next_token" : "x,]" ,"meta":{"data":[9]}, "data" : [ ${documents.join(' ,\n')} ], "z":[1]}`;
  expect(texts(json)).toEqual(documents);
});

test('a list without elements, and none', () => {
  expect(texts('{"data":[ ]}')).toEqual([]);
  expect(texts('{"other":[1]}')).toEqual([]);
  expect(texts('[{"data":[1]}]')).toEqual([]);
});

test('whatever a list holds, its elements are found', () => {
  const spaces = fc.constantFrom(undefined, 1, 2);
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.jsonValue(), spaces, (elements, other, space) => {
      const json = JSON.stringify({ other, data: elements, after: other }, null, space);
      expect(texts(json).map((text) => JSON.parse(text) as unknown)).toEqual(
        JSON.parse(JSON.stringify(elements)),
      );
    }),
  );
});
