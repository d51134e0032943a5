import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { readConfig } from './read-config.ts';
import { secret } from './secret.ts';

const schema = z.object({
  POSTGRES_URL: z.string(),
  PORT: z.coerce.number().int().min(1).max(65_535).default(8004),
  MODE: z.enum(['a', 'b']).optional(),
  AUREN_MASTER_API_KEY: secret(),
});
const key = 'Zk3vQ9xT1mB7cW5nR2sL8dF4hJ6gP0aY';

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env, schema);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  it('returns typed values, trimmed and with defaults', () => {
    expect(readConfig({ POSTGRES_URL: ' pg://x ', AUREN_MASTER_API_KEY: key, PORT: '9000' }, schema)).toEqual(
      {
        POSTGRES_URL: 'pg://x',
        AUREN_MASTER_API_KEY: key,
        PORT: 9000,
      },
    );
    expect(readConfig({ POSTGRES_URL: 'pg://x', AUREN_MASTER_API_KEY: key, PORT: '' }, schema).PORT).toBe(
      8004,
    );
  });

  it('lists every problem at once, by name', () => {
    const problems = problemsOf({ PORT: '99999', MODE: 'c', AUREN_MASTER_API_KEY: 'short' });
    expect(problems).toHaveLength(4);
    expect(problems[0]).toBe('POSTGRES_URL is missing');
    expect(problems.map((problem) => problem.split(/[: ]/)[0])).toEqual([
      'POSTGRES_URL',
      'PORT',
      'MODE',
      'AUREN_MASTER_API_KEY',
    ]);
  });

  it('never repeats a value, even where a refinement quotes it', () => {
    const quoting = z.object({
      TOKEN: z.string().refine(() => false, { error: (issue) => `bad ${String(issue.input)}` }),
    });
    expect(() => readConfig({ TOKEN: 'hunter2-hunter2' }, quoting)).toThrow(/TOKEN: is not valid$/);
    expect(problemsOf({ PORT: 'x81x', MODE: 'q7q', AUREN_MASTER_API_KEY: 'hunter2' }).join()).not.toMatch(
      /x81x|q7q|hunter2/,
    );
  });
});

describe('secret', () => {
  it.each([
    ['too short', 'Zk3vQ9xT1mB7cW5nR2sL8dF4hJ6gP0a'],
    ['a placeholder', 'change-me-change-me-change-me-1234'],
    ["a guide's placeholder", 'generated-during-deploy-0a9b8c7d6e'],
    ['an example', 'example-Zk3vQ9xT1mB7cW5nR2sL8dF4hJ6gP0aY'],
    ['one character', 'a'.repeat(40)],
    ['a short repetition', 'abab'.repeat(10)],
    ['words', 'the quick brown fox jumps over the dog'],
  ])('refuses %s', (_what, value) => {
    expect(secret().safeParse(value).success).toBe(false);
  });

  it.each([
    ['hex', '9f86d081884c7d659a2feaa0c55ad015'],
    ['base64', 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA='],
    ['letters and digits', key],
  ])('takes 32 random characters of %s', (_what, value) => {
    expect(secret().safeParse(value).success).toBe(true);
  });
});
