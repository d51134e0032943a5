import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Fills a directory once. The work happens in a directory beside it that is renamed at the end, so that an
 * interrupted download leaves nothing half-done and two stacks may download at the same time.
 *
 * @returns true when it was filled now, false when it was there already.
 */
export async function fillOnce(target: string, fill: (directory: string) => Promise<void>): Promise<boolean> {
  if (existsSync(target)) return false;
  await mkdir(dirname(target), { recursive: true });
  const draft = await mkdtemp(`${target}.part-`);
  try {
    await fill(draft);
    await rename(draft, target).catch((error: unknown) => {
      // Another stack was faster and its copy is as good.
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return true;
}
