import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

const rule = '@nx/enforce-module-boundaries';

/** Imports that break the table of boundaries: another project's door, and a layer above one's own. */
const forbidden = [
  { file: 'libs/contracts/src/topics.ts', code: `import pg from 'pg';\nexport const client = pg;\n` },
  { file: 'libs/core/src/outcome.ts', code: `export { allTopics } from '@bridge/contracts';\n` },
];

type Options = { readonly cwd: string; readonly env: NodeJS.ProcessEnv };

/**
 * Proves that the boundary rule is alive. Without a project graph it passes every import over with nothing but a
 * warning, and a clean lint would mean nothing.
 *
 * @throws Error naming the imports that got through.
 */
export async function proveBoundaries(options: Options): Promise<undefined> {
  const reports = await Promise.all(forbidden.map(({ file, code }) => lint(file, code, options)));
  const missed = forbidden.filter((_, index) => !reports[index]?.includes(rule));
  if (missed.length === 0) return undefined;
  throw new Error(
    `${rule} does not see these imports:\n${missed.map(({ file, code }) => `${file}: ${code}`).join('')}`,
  );
}

function lint(file: string, code: string, options: Options): Promise<string> {
  const eslint = spawn('eslint', ['--stdin', '--stdin-filename', file], {
    ...options,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  eslint.stdin.end(code);
  return text(eslint.stdout);
}
