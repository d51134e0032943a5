import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { images } from '../build/stage.ts';
import { interpolate, parseCompose, referredVariables, type ComposeService } from './compose-file.ts';

export const root = join(import.meta.dirname, '../..');
export const composeText = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
export const compose = parseCompose(composeText);
/** The services that this project builds, the job before them included. */
export const own = Object.entries(compose.services).flatMap(([name, service]) => {
  const image = service.build?.args['SERVICE'];
  return image === undefined ? [] : [{ name, service, image }];
});

/** Values as .env.example asks for them. */
const secrets: Record<string, string> = Object.fromEntries(
  referredVariables(composeText)
    .filter(({ required }) => required)
    .map(({ name }) => [name, randomBytes(32).toString('hex')]),
);
for (const name of ['LANGGRAPH_AES_KEY', 'BRIDGE_SIGNING_KEY'])
  secrets[name] = `k1:${randomBytes(32).toString('base64')}`;
secrets['BRIDGE_INDEX_KEY'] = randomBytes(32).toString('base64');

/** What compose would start a service with, secrets made up. */
export function environmentOf(service: ComposeService | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service?.environment ?? {}).map(([name, value]) => [name, interpolate(value, secrets)]),
  );
}

/** Loads a service's configuration as its main.ts does, and notes which variables it looks at. */
export async function loadWith(image: string, environment: Record<string, string>) {
  const project = join(root, images[image as keyof typeof images].project);
  const file = join(project, image === 'setup' ? 'setup/config.ts' : 'src/config.ts');
  // The path is put together, since tools may not depend on apps: this looks at them from outside, as a deployment does.
  const { loadConfig } = (await import(file)) as { loadConfig: (env: Record<string, string>) => unknown };
  const read = new Set<string>();
  const env = new Proxy(environment, {
    get: (target, name) => {
      read.add(String(name));
      return target[String(name)];
    },
  });
  return { config: loadConfig(env), read };
}
