import { execFile } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const maxBuffer = 16 * 1024 * 1024;

/**
 * Copies the files of the tree into a folder below `.local`, so that packages resolve to the tree's own `node_modules`, and
 * links the workspaces to the copy. Returns the folder.
 */
export async function copyTree(root: string): Promise<string> {
  mkdirSync(join(root, '.local'), { recursive: true });
  const copy = mkdtempSync(join(root, '.local/tree-copy-'));
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await run('git', list, { cwd: root, maxBuffer });
  for (const file of stdout.split('\0')) {
    if (file !== '' && existsSync(join(root, file))) cpSync(join(root, file), join(copy, file));
  }
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    workspaces: string[];
  };
  for (const workspace of globSync(workspaces, { cwd: root })) linkWorkspace(root, copy, workspace);
  return copy;
}

/** Links a workspace under its name, and the packages of which it has versions of its own. */
function linkWorkspace(root: string, copy: string, workspace: string): void {
  const manifest = join(copy, workspace, 'package.json');
  if (!existsSync(manifest)) return;
  const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string };
  const link = join(copy, 'node_modules', name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join(copy, workspace), link);
  const own = join(root, workspace, 'node_modules');
  if (existsSync(own)) symlinkSync(own, join(copy, workspace, 'node_modules'));
}

/** Runs a program of `node_modules/.bin` in a folder. Returns its output, whether it succeeds or not. */
export async function outputOf(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { PATH, HOME } = process.env;
  const options = { cwd, env: { PATH, HOME, NO_COLOR: '1' }, maxBuffer };
  try {
    const { stdout, stderr } = await run(program, args, options);
    return stdout + stderr;
  } catch (error) {
    // A program that fails says why in its output; one that cannot be started has none.
    if (error instanceof Error && 'stdout' in error && 'stderr' in error)
      return `${String(error.stdout)}${String(error.stderr)}\n${error.message}`;
    throw error;
  }
}
