import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';

/** A foreign client that follows `GET /stream`: how it is had, and the program that lets it follow one person. */
export type StreamClient = {
  readonly name: string;
  readonly install: (directory: string) => Promise<void>;
  readonly isInstalled: (directory: string) => boolean;
  readonly version: (directory: string) => Promise<string>;
  /** @param followers The directory of the programs. */
  readonly command: (directory: string, followers: string) => readonly string[];
};

const npm: StreamClient = {
  name: 'npm eventsource',
  install: async (directory) => {
    const cwd = join(directory, 'npm');
    mkdirSync(cwd, { recursive: true });
    if (!existsSync(join(cwd, 'package.json'))) writeFileSync(join(cwd, 'package.json'), '{"private":true}');
    await runCommand(['npm', 'install', '-s', 'eventsource'], { cwd });
  },
  isInstalled: (directory) => existsSync(join(directory, 'npm/node_modules/eventsource')),
  version: async (directory) => {
    const code = `console.log(require('${join(directory, 'npm/node_modules/eventsource/package.json')}').version)`;
    return (await runCommand(['node', '-e', code])).trim();
  },
  command: (_directory, followers) => ['node', join(followers, 'eventsource_follower.mjs')],
};

const pythonPath = (directory: string) => join(directory, 'python');

const python: StreamClient = {
  name: 'Python httpx-sse',
  install: async (directory) => {
    const target = pythonPath(directory);
    await runCommand(['python3', '-m', 'pip', 'install', '-q', '--target', target, 'httpx', 'httpx-sse']);
  },
  isInstalled: (directory) => existsSync(join(pythonPath(directory), 'httpx_sse')),
  version: async (directory) => {
    const code = "import importlib.metadata as m; print(m.version('httpx-sse'))";
    return (await runCommand(['python3', '-c', code], { env: { PYTHONPATH: pythonPath(directory) } })).trim();
  },
  command: (directory, followers) => [
    'env',
    `PYTHONPATH=${pythonPath(directory)}`,
    'python3',
    join(followers, 'httpx_sse_follower.py'),
  ],
};

const curl: StreamClient = {
  name: 'curl',
  install: () => Promise.resolve(),
  isInstalled: () => true,
  version: async () => /^curl ([\d.]+)/.exec(await runCommand(['curl', '--version']))?.[1] ?? '',
  command: (_directory, followers) => ['sh', join(followers, 'curl_follower.sh')],
};

const go: StreamClient = {
  name: 'Go r3labs/sse',
  install: async (directory) => {
    const cwd = join(directory, 'go-sse');
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, 'go.mod'), 'module follower\n\ngo 1.23\n');
    await runCommand(['go', 'get', 'github.com/r3labs/sse/v2@latest'], { cwd });
  },
  isInstalled: (directory) => existsSync(join(directory, 'go-sse/go.sum')),
  version: async (directory) => {
    const list = ['go', 'list', '-m', '-f', '{{.Version}}', 'github.com/r3labs/sse/v2'];
    return (await runCommand(list, { cwd: join(directory, 'go-sse') })).trim().replace(/^v/, '');
  },
  command: (directory, followers) => [
    'go',
    'run',
    '-C',
    join(directory, 'go-sse'),
    join(followers, 'sse_follower.go'),
  ],
};

const chromium: StreamClient = {
  name: 'Chromium EventSource',
  install: () => Promise.resolve(),
  isInstalled: () => true,
  version: async () => {
    const { launchBrowser } = await import('../../../e2e/browser.ts');
    const browser = await launchBrowser();
    const version = browser.version();
    await browser.close();
    return version;
  },
  command: (_directory, followers) => [
    process.execPath,
    '--conditions=@bridge/source',
    join(followers, 'chromium_follower.ts'),
  ],
};

export const streamClients: readonly StreamClient[] = [chromium, npm, python, curl, go];
