import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlockStore, type StoredText } from './block-store.ts';

const block = 256;

describe('a store of texts in blocks', () => {
  it.each([
    ['nothing', ''],
    ['less than a block', 'a'.repeat(255)],
    ['a block', 'b'.repeat(256)],
    ['a byte more', 'c'.repeat(257)],
    ['several blocks', 'd'.repeat(5_000)],
    ['characters of several bytes, also across blocks', `${'x'.repeat(255)}Größe 😀`.repeat(3)],
  ])('gives back %s', (_name, text) => {
    const store = createBlockStore(100 * block);
    const stored = store.put(text);
    expect(stored && store.read(stored)).toBe(text);
  });

  it('takes what fits and refuses what does not, without a change', () => {
    const store = createBlockStore(3 * block);
    const first = store.put('a'.repeat(2 * block));
    expect(store.put('b'.repeat(block + 1))).toBeUndefined();
    const second = store.put('b'.repeat(block));
    expect(store.put('')).toBeUndefined();
    expect(first && store.read(first)).toBe('a'.repeat(2 * block));
    expect(second && store.read(second)).toBe('b'.repeat(block));
  });

  it('has the same room again after everything was released or cleared', () => {
    const store = createBlockStore(4 * block);
    for (const free of ['release', 'clear'] as const) {
      const stored = ['a', 'b', 'c', 'd'].map((text) => store.put(text.repeat(block)) as StoredText);
      expect(store.put('e')).toBeUndefined();
      if (free === 'clear') store.clear();
      else stored.forEach(store.release);
    }
    expect(store.put('f'.repeat(4 * block))).toBeDefined();
  });

  it('spans slabs', () => {
    const store = createBlockStore(20_000 * block);
    const texts = Array.from({ length: 9 }, (_, nr) => String(nr).repeat(2_000 * block + nr));
    const stored = texts.map((text) => store.put(text) as StoredText);
    expect(stored.map(store.read)).toEqual(texts);
  });

  it('gives back every text whatever is put and released between', () => {
    const step = fc.oneof(
      fc.record({ put: fc.string({ unit: 'binary', maxLength: 600 }) }),
      fc.record({ release: fc.nat(20) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const store = createBlockStore(40 * block);
        const kept: { text: string; stored: StoredText }[] = [];
        for (const one of steps) {
          if ('put' in one) {
            const stored = store.put(one.put);
            if (stored) kept.push({ text: one.put, stored });
          } else kept.splice(one.release, 1).forEach(({ stored }) => store.release(stored));
        }
        for (const { text, stored } of kept) expect(store.read(stored)).toBe(text.toWellFormed());
      }),
    );
  });
});
