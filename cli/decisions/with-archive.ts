import { connectArchive, type Archive } from '@bridge/decision-store';
import type { Env } from '@bridge/service-runtime';

/** Works with stored decisions, and closes the connections whatever happens: open ones would keep the process alive. */
export async function withArchive<T>(env: Env, work: (archive: Archive) => Promise<T>): Promise<T> {
  const archive = connectArchive(env);
  try {
    return await work(archive);
  } finally {
    await archive.close();
  }
}
