import { describe, expect, it } from 'vitest';
import { createPersonsInHand } from './persons-in-hand.ts';

describe('persons in hand', () => {
  it('keeps the sweeper from the persons of every open batch', async () => {
    const inHand = createPersonsInHand();
    const committing = inHand.openHold();
    const prepared = inHand.openHold();
    await committing.take(['a', 'b'], { afterTicks: true });
    await prepared.take(['b'], { afterTicks: true });
    expect(inHand.inBatches()).toEqual(['a', 'b']);
    committing.release();
    committing.release();
    expect(inHand.inBatches()).toEqual(['b']);
    expect([...inHand.takeForTicks(['a', 'b']).subjectIds]).toEqual(['a']);
  });

  it('lets a batch wait while one of its persons is decided by the sweeper', async () => {
    const inHand = createPersonsInHand();
    const ticks = inHand.takeForTicks(['a']);
    const order: string[] = [];
    const waiting = inHand
      .openHold()
      .take(['b', 'a'], { afterTicks: true })
      .then(() => order.push('batch'));
    await inHand.openHold().take(['b'], { afterTicks: true });
    expect(inHand.inBatches()).toEqual(['b']);
    order.push('ticks');
    ticks.release();
    await waiting;
    expect(order).toEqual(['ticks', 'batch']);
  });

  it('lets a batch that holds locks pass, since the sweeper may wait for those', async () => {
    const inHand = createPersonsInHand();
    inHand.takeForTicks(['a']);
    await inHand.openHold().take(['a'], { afterTicks: false });
    expect(inHand.inBatches()).toEqual(['a']);
  });

  it('waits again when the sweeper takes one of its persons anew', async () => {
    const inHand = createPersonsInHand();
    const first = inHand.takeForTicks(['a']);
    const waiting = inHand.openHold().take(['a'], { afterTicks: true });
    first.release();
    const second = inHand.takeForTicks(['a']);
    expect([...second.subjectIds]).toEqual(['a']);
    await Promise.resolve();
    expect(inHand.inBatches()).toEqual([]);
    second.release();
    await waiting;
    expect(inHand.inBatches()).toEqual(['a']);
  });
});
