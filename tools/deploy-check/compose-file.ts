import { parse } from 'yaml';
import { z } from 'zod';

const service = z.object({
  image: z.string(),
  container_name: z.string().optional(),
  build: z
    .object({ context: z.string(), dockerfile: z.string(), args: z.record(z.string(), z.string()) })
    .optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  depends_on: z
    .union([z.array(z.string()), z.record(z.string(), z.object({ condition: z.string() }))])
    .transform((given) =>
      Array.isArray(given)
        ? Object.fromEntries(given.map((name) => [name, { condition: 'service_started' }]))
        : given,
    )
    .default({}),
  healthcheck: z.object({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }).optional(),
  stop_grace_period: z.string().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).default([]),
  command: z.array(z.string()).optional(),
  deploy: z.object({ resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }) }),
});

const composeFile = z.object({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.object({ name: z.string() })),
  volumes: z.record(z.string(), z.unknown()),
});

export type ComposeService = z.infer<typeof service>;

/** The parts of a compose file that are checked, with anchors and merges resolved and variables as they stand. */
export function parseCompose(text: string): z.infer<typeof composeFile> {
  return composeFile.parse(parse(text, { merge: true }));
}

/** What compose would start a service with. Missing `${NAME:?…}` throws, as it does in compose. */
export function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(reference, (_whole, name: string, operator: string | undefined, rest: string) => {
    const value = variables[name];
    if (value) return value;
    if (operator === ':-') return rest;
    throw new Error(`${name} has no value`);
  });
}

/** Each variable that a text refers to, and whether it must be given. */
export function referredVariables(text: string): { name: string; required: boolean }[] {
  return [...text.matchAll(reference)].map(([, name = '', operator]) => ({
    name,
    required: operator === ':?',
  }));
}

const reference = /\$\{([A-Z0-9_]+)(:-|:\?)?([^}]*)\}/g;
