import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Fills a directory once. It fills a directory beside the target and renames it at the end, so that an interrupted
 * download leaves nothing incomplete and two stacks may download at the same time.
 *
 * @returns true when it filled the directory, false when the directory existed.
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
