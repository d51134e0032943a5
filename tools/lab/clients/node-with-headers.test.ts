import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { nodeWithHeaders } from './node-with-headers.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'headers-')));
  onTestFinished(() => rmSync(root, { recursive: true }));
});

/** The folder `bin` of a new installation. */
function installNode(name: string, { headers }: { readonly headers: boolean }): string {
  const bin = join(root, name, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'node'), '');
  if (headers) {
    mkdirSync(join(root, name, 'include/node'), { recursive: true });
    writeFileSync(join(root, name, 'include/node/node.h'), '');
  }
  return bin;
}

test('passes over a node without headers', () => {
  const path = [
    join(root, 'empty'),
    installNode('a', { headers: false }),
    installNode('b', { headers: true }),
    installNode('c', { headers: true }),
  ].join(delimiter);
  expect(nodeWithHeaders(path)).toEqual({ node: join(root, 'b/bin/node'), prefix: join(root, 'b') });
});

test('follows a link to the installation', () => {
  const bin = installNode('a', { headers: true });
  mkdirSync(join(root, 'links'));
  symlinkSync(join(bin, 'node'), join(root, 'links/node'));
  expect(nodeWithHeaders(join(root, 'links'))).toMatchObject({ prefix: join(root, 'a') });
});

test('says that no node has its headers', () => {
  expect(() => nodeWithHeaders(installNode('a', { headers: false }))).toThrow('No node of the PATH');
});
