import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextVersion, type KnownObject, type SeenObject } from './next-version.ts';

const upsert = (contentHash: string, vendorVersion?: number): SeenObject => ({
  operation: 'upsert',
  vendorVersion,
  contentHash,
});
const deletion = (vendorVersion?: number): SeenObject => ({
  operation: 'delete',
  vendorVersion,
  contentHash: 'none',
});
const known = (more: Partial<KnownObject> = {}): KnownObject => ({
  version: 3,
  vendorVersion: undefined,
  contentHash: 'a',
  deleted: false,
  ...more,
});

describe('an object that was never seen', () => {
  it('starts with the version of its vendor, else with 0', () => {
    expect(nextVersion(undefined, upsert('a', 7))).toEqual({ kind: 'new', version: 7 });
    expect(nextVersion(undefined, upsert('a'))).toEqual({ kind: 'new', version: 0 });
  });

  it('can be deleted before it was created', () => {
    expect(nextVersion(undefined, deletion())).toEqual({ kind: 'new', version: 1 });
  });
});

describe('without versions of the vendor', () => {
  it('counts each change of content', () => {
    expect(nextVersion(known(), upsert('b'))).toEqual({ kind: 'new', version: 4 });
    expect(nextVersion(known(), upsert('a'))).toEqual({ kind: 'duplicate' });
  });

  it('deletes above all seen, once', () => {
    expect(nextVersion(known(), deletion())).toEqual({ kind: 'new', version: 4 });
    expect(nextVersion(known({ deleted: true }), deletion())).toEqual({ kind: 'duplicate' });
  });

  it('lets an object come back with what it said before', () => {
    expect(nextVersion(known({ deleted: true }), upsert('a'))).toEqual({ kind: 'new', version: 4 });
  });
});

describe('with versions of the vendor', () => {
  const stored = known({ vendorVersion: 3 });

  it('ignores what is older', () => {
    expect(nextVersion(stored, upsert('b', 2))).toEqual({ kind: 'stale' });
    expect(nextVersion(stored, deletion(2))).toEqual({ kind: 'stale' });
  });

  it('does not let a deleted object come back with a version that was seen before its deletion', () => {
    const deleted = known({ vendorVersion: 3, version: 4, deleted: true });
    expect(nextVersion(deleted, upsert('a', 3))).toEqual({ kind: 'stale' });
    expect(nextVersion(deleted, upsert('a', 9))).toEqual({ kind: 'new', version: 9 });
  });

  it('takes the newer one under its own number', () => {
    expect(nextVersion(stored, upsert('b', 9))).toEqual({ kind: 'new', version: 9 });
  });

  it('knows a newer version that says the same as a duplicate', () => {
    expect(nextVersion(stored, upsert('a', 9))).toEqual({ kind: 'duplicate' });
  });

  it('counts on where the vendor changed an object under the same number', () => {
    expect(nextVersion(stored, upsert('b', 3))).toEqual({ kind: 'new', version: 4 });
  });
});

describe('of objects that come in parts as if they were all', () => {
  const seen = (contentHash: string, completeness: number) => ({ ...upsert(contentHash), completeness });

  it('counts from 0, like without versions', () => {
    expect(nextVersion(undefined, seen('a', 3))).toEqual({ kind: 'new', version: 0 });
  });

  it('ignores what is less, and takes what is as much or more', () => {
    const stored = known({ vendorVersion: 2 });
    expect(nextVersion(stored, seen('b', 1))).toEqual({ kind: 'stale' });
    expect(nextVersion(stored, seen('b', 2))).toEqual({ kind: 'new', version: 4 });
    expect(nextVersion(stored, seen('b', 3))).toEqual({ kind: 'new', version: 4 });
    expect(nextVersion(stored, seen('a', 3))).toEqual({ kind: 'duplicate' });
  });
});

it('never gives a version twice, whatever comes in whatever order', () => {
  const seen = fc.record({
    operation: fc.constantFrom('upsert' as const, 'delete' as const),
    vendorVersion: fc.option(fc.nat(5), { nil: undefined }),
    contentHash: fc.constantFrom('a', 'b', 'c'),
  });
  fc.assert(
    fc.property(fc.array(seen, { maxLength: 30 }), (all) => {
      let state: KnownObject | undefined;
      for (const one of all) {
        const verdict = nextVersion(state, one);
        if (verdict.kind !== 'new') continue;
        expect(verdict.version).toBeGreaterThan(state?.version ?? -1);
        state = {
          version: verdict.version,
          vendorVersion: Math.max(one.vendorVersion ?? 0, state?.vendorVersion ?? 0),
          contentHash: one.contentHash,
          deleted: one.operation === 'delete',
        };
      }
    }),
  );
});
