import { DataKey } from './data-key.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { packUnsealed, sealPacked, type SealInput } from './seal-packed.ts';
import { unsealWith } from './seal.ts';
import { startSealing, type Sealing } from './start-sealing.ts';

const place = (row: string) => ({ table: 'a.b', column: 'c', row, subject: 'someone' });
const values: SealInput[] = ['', 'plain', 'grüße €', Buffer.from([0, 255, 1]), 'x'.repeat(70_000)].map(
  (plaintext, nr) => ({ key: DataKey.random(), plaintext, place: place(`row ${nr}`) }),
);

/** More than are sealed in place. */
const many = Array.from({ length: 60 }, () => values).flat();

function elementsOf(sealed: Buffer): Buffer[] {
  const elements: Buffer[] = [];
  for (let at = 0; at < sealed.length;) {
    const end = at + 4 + sealed.readInt32BE(at);
    elements.push(sealed.subarray(at + 4, end));
    at = end;
  }
  return elements;
}
const opened = (sealed: Buffer, of: readonly SealInput[]) =>
  elementsOf(sealed).map((element, nr) => {
    const value = of[nr];
    if (value === undefined) throw new Error('more elements than values');
    return unsealWith(value.key, element, value.place);
  });
const plain = (of: readonly SealInput[]) => of.map(({ plaintext }) => Buffer.from(plaintext));

let sealing: Sealing | undefined;
afterEach(() => sealing?.close());

describe('values sealed together', () => {
  it('open one by one, each in its place', () => {
    const sealed = sealPacked(
      packUnsealed(values, (bytes) => Buffer.from(new ArrayBuffer(bytes + 9))),
      0,
    );
    expect(opened(sealed, values)).toEqual(plain(values));
    expect(() => opened(sealed, values.toReversed())).toThrow(/sealed value/);
  });
});

describe('the sealing thread', () => {
  it('answers requests in their order', async () => {
    const losses: Error[] = [];
    sealing = startSealing({ onLost: (reason) => losses.push(reason) });
    const { sealAll } = sealing;
    const [all, none, few, others] = await Promise.all([
      sealAll(many),
      sealAll([]),
      sealAll(values, 20),
      sealAll(many.slice(2), 20),
    ]);
    expect(opened(all, many)).toEqual(plain(many));
    expect(none).toHaveLength(0);
    expect(opened(few.subarray(20), values)).toEqual(plain(values));
    expect(opened(others.subarray(20), many.slice(2))).toEqual(plain(many.slice(2)));
    await sealing.close();
    expect(losses).toEqual([]);
  });

  it('says so when it has ended, to those who wait and to those who come', async () => {
    const losses: Error[] = [];
    sealing = startSealing({ onLost: (reason) => losses.push(reason) });
    const waits = sealing.sealAll(many);
    await Promise.all([
      expect(waits).rejects.toMatchObject({ code: 'sealing_stopped', retry: 'transient' }),
      sealing.close(),
    ]);
    await expect(sealing.sealAll(values)).rejects.toMatchObject({ code: 'sealing_stopped' });
  });
});
