import { join } from 'node:path';
import { registryHome, registryJar } from './download-registry.ts';
import type { StackPaths } from '@bridge/cli/stack-paths';
import type { Program } from './supervise.ts';
import { answersOk } from './wait-until.ts';

type Options = {
  readonly paths: StackPaths;
  readonly java: string;
  readonly port: number;
};

/**
 * Prepares the schema registry on loopback. By default Apicurio keeps everything in memory and assigns new ids after a
 * restart, so that stored messages would be decoded wrongly. Its store is therefore a file that every commit writes.
 */
export function prepareRegistry({ paths, java, port }: Options): Program {
  const store = join(paths.data, 'registry', 'schemas');
  const jvm = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.net.preferIPv4Stack=true'];
  const http = ['-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`];
  return {
    name: 'registry',
    command: java,
    args: [...jvm, ...http, '-jar', registryJar(paths.downloads)],
    cwd: registryHome(paths.downloads),
    env: { ...process.env, REGISTRY_DATASOURCE_URL: `jdbc:h2:file:${store};WRITE_DELAY=0` },
    isReady: () => answersOk(`${registryUrl(port)}/subjects`),
  };
}

/** Returns the base URL for Confluent clients. */
export function registryUrl(port: number): string {
  return `http://127.0.0.1:${port}/apis/ccompat/v7`;
}
