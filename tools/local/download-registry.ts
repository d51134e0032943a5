import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fillOnce } from './download.ts';
import { runCommand } from './run-command.ts';

const version = '2.5.11.Final';
const artifact = `io.apicurio:apicurio-registry-app:${version}:tar.gz:all`;

/** Returns the directory of the unpacked schema registry. */
export function registryHome(downloads: string): string {
  return join(downloads, `apicurio-registry-${version}`);
}

/** Returns the jar that starts the registry. */
export function registryJar(downloads: string): string {
  return join(registryHome(downloads), `apicurio-registry-app-${version}-runner.jar`);
}

/** Downloads the schema registry from Maven Central and unpacks it once. */
export function downloadRegistry(downloads: string, signal?: AbortSignal): Promise<boolean> {
  return fillOnce(registryHome(downloads), async (directory) => {
    const packed = join(directory, 'packed');
    await mkdir(packed);
    const goal = ['dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${packed}`];
    await runCommand('mvn', ['-q', '-B', ...goal], { cwd: directory, signal });
    const archive = join(packed, `apicurio-registry-app-${version}-all.tar.gz`);
    await runCommand('tar', ['-xzf', archive, '-C', directory], { signal });
    await rm(packed, { recursive: true });
  });
}
