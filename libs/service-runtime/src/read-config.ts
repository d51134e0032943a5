import { type z } from 'zod';
import { ConfigError } from './config-error.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Parses the environment with a schema whose keys are variable names. An empty variable counts as missing.
 * Throws one ConfigError that lists all problems at once.
 */
export function readConfig<Schema extends z.ZodObject>(env: Env, schema: Schema): z.output<Schema> {
  const present = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = env[name]?.trim();
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => describe(issue, present));
  throw new ConfigError([...new Set(problems)]);
}

function describe(issue: z.core.$ZodIssue, present: Readonly<Record<string, string>>): string {
  const name = issue.path.map(String).join('.');
  const value = present[String(issue.path[0])];
  if (value === undefined) return `${name} is missing`;
  // A refinement's author may quote the input; a secret must not reach the log that way.
  return issue.message.includes(value) ? `${name}: is not valid` : `${name}: ${issue.message}`;
}
