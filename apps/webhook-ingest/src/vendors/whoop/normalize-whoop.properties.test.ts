import fc from 'fast-check';
import { describe, it } from 'vitest';
import { changed } from '../../../test/documents/changed.ts';
import { expectPlausible } from '../../../test/documents/expect-plausible.ts';
import { whoopDataTypes } from './data-types.ts';
import { whoopDocuments, whoopSleep } from './fixtures.ts';
import { normalizeWhoop } from './normalize-whoop.ts';

const type = fc.oneof(fc.constantFrom(...Object.keys(whoopDataTypes)), fc.string());
const sleep = fc.oneof(fc.jsonValue(), changed(whoopSleep()));

describe('whatever WHOOP answers', () => {
  it('any JSON is taken', () => {
    fc.assert(
      fc.property(type, fc.jsonValue(), sleep, (name, document, related) => {
        expectPlausible('whoop', normalizeWhoop(name, document, { sleep: related }));
      }),
    );
  });

  it('a document with anything in some of its fields gives no value out of range or in another unit', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(...whoopDocuments)
          .chain(([name, document]) => fc.tuple(fc.constant(name), changed(document))),
        sleep,
        ([name, document], related) => {
          expectPlausible('whoop', normalizeWhoop(name, document, { sleep: related }));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
