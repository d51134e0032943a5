import { expect, it } from 'vitest';
import { createBell } from './bell.ts';

it('wakes who waits, and who begins to wait after it rang', async () => {
  const bell = createBell();
  const woken = bell.wait();
  bell.ring();
  await woken;
  bell.ring();
  bell.ring();
  await bell.wait();
});

it('is heard once', async () => {
  const bell = createBell();
  bell.ring();
  await bell.wait();
  let heard = false;
  const again = bell.wait().then(() => (heard = true));
  await new Promise(setImmediate);
  expect(heard).toBe(false);
  bell.ring();
  await again;
});

it('is not waited for longer than asked', async () => {
  await createBell().wait(1);
});
