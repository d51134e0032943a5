// Lays out the files of a service's image: `node stage.ts <service> <directory>`.
// The directory keeps the folders of the repository, because code finds its assets relative to itself.
import { cp, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundle } from './bundle.mjs';

const root = resolve(import.meta.dirname, '../..');

type Image = {
  readonly project: string;
  readonly entry?: string;
  /** Files that it reads at run time besides its bundle, relative to the repository. */
  readonly reads: readonly string[];
};

export const images = {
  'webhook-ingest': { project: 'apps/webhook-ingest', reads: [] },
  cognition: { project: 'apps/cognition', reads: ['config'] },
  alerts: { project: 'apps/alerts', reads: [] },
  'stream-gateway': {
    project: 'apps/stream-gateway',
    reads: ['apps/stream-gateway/public', 'config', 'docs/generated/openapi.json'],
  },
  setup: { project: 'tools', entry: 'setup/main.ts', reads: ['deploy/migrations'] },
} as const satisfies Record<string, Image>;

export type Service = keyof typeof images;

export async function stage(service: Service, directory: string): Promise<void> {
  const { project, reads, ...entry }: Image = images[service];
  await bundle({ project: join(root, project), outDir: join(directory, project, 'dist'), ...entry });
  for (const path of reads) await cp(join(root, path), join(directory, path), { recursive: true });
  // One command for every image, whatever the service.
  await writeFile(join(directory, 'main.mjs'), `import './${project}/dist/main.mjs';\n`);
  await cp(join(root, 'deploy/docker/healthcheck.mjs'), join(directory, 'healthcheck.mjs'));
}

if (process.argv[1] === import.meta.filename) {
  const [service = '', directory = ''] = process.argv.slice(2);
  if (!Object.hasOwn(images, service) || directory === '') {
    console.error(`Usage: node stage.ts <${Object.keys(images).join(' | ')}> <directory>`);
    process.exit(2);
  }
  await stage(service as Service, resolve(directory));
}
