import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { fillOnce } from '../local/download.ts';
import { findProgram } from '../local/find-program.ts';
import { checkout, stackPaths } from '@bridge/cli/stack-paths';

const installed = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Flags of the package that a test drops: some disable security that a real browser enforces, and a browser in a single
 * process ends with its first context.
 */
const unwanted = ['--disable-web-security', '--allow-running-insecure-content', '--single-process'];

/** Launches a headless Chromium: the one on PATH, or else the one from npm with its own libraries. */
export async function launchBrowser(): Promise<Browser> {
  const onPath = installed.map((name) => findProgram(name)).find((path) => path !== undefined);
  if (onPath !== undefined) return chromium.launch({ executablePath: onPath, args: ['--no-sandbox'] });

  const { default: packed } = await import('@sparticuz/chromium');
  const home = join(stackPaths(checkout).downloads, 'chromium');
  await fillOnce(home, unpack);
  return chromium.launch({
    executablePath: join(home, 'chromium'),
    args: packed.args.filter((flag) => !unwanted.includes(flag)),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(home, 'al2023/lib'),
      FONTCONFIG_FILE: writeFontSettings(home),
    },
  });
}

/**
 * The package brings a font, and settings that look for it in the temporary directory only. A browser without any font draws
 * no text, and ends where it lays out a field of a form.
 */
function writeFontSettings(home: string): string {
  const path = join(home, 'fonts.conf');
  const folders = [join(home, 'fonts'), '/usr/share/fonts'].map((folder) => `<dir>${folder}</dir>`);
  const cache = `<cachedir>${join(home, 'fonts-cache')}</cachedir>`;
  writeFileSync(path, `<?xml version="1.0"?>\n<fontconfig>${folders.join('')}${cache}</fontconfig>\n`);
  return path;
}

/** Unpacks into a private directory. By default the package uses the temporary directory and would run anybody's file there. */
async function unpack(directory: string): Promise<void> {
  const { default: packed, inflate } = await import('@sparticuz/chromium');
  const before = process.env.TMPDIR;
  process.env.TMPDIR = directory;
  try {
    await packed.executablePath();
    await inflate(join(checkout, 'node_modules/@sparticuz/chromium/bin/al2023.tar.br'));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
