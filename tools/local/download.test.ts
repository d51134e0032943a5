import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fillOnce } from './download.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bridge-download-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const put = (text: string) => (draft: string) => {
  writeFileSync(join(draft, 'file'), text);
  return Promise.resolve();
};

describe('fillOnce', () => {
  it('fills a directory the first time only', async () => {
    const target = join(directory, 'kafka');
    expect(await fillOnce(target, put('first'))).toBe(true);
    expect(await fillOnce(target, put('second'))).toBe(false);
    expect(readFileSync(join(target, 'file'), 'utf8')).toBe('first');
  });

  it('leaves nothing behind when the download fails', async () => {
    const target = join(directory, 'kafka');
    const broken = async (draft: string) => {
      await put('half')(draft);
      throw new Error('connection lost');
    };
    await expect(fillOnce(target, broken)).rejects.toThrow('connection lost');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is content when another one was faster', async () => {
    const target = join(directory, 'kafka');
    const slow = async (draft: string) => {
      await fillOnce(target, put('fast'));
      await put('slow')(draft);
    };
    await fillOnce(target, slow);
    expect(readFileSync(join(target, 'file'), 'utf8')).toBe('fast');
    expect(existsSync(target)).toBe(true);
    expect(readdirSync(directory)).toEqual(['kafka']);
  });
});
