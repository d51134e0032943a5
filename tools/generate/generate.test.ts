import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documents } from './documents.ts';
import { findDrift, writeDocuments } from './drift.ts';
import { openApiDocument } from './openapi/document.ts';
import { mountedRoutes } from './openapi/mounted-routes.ts';

describe('docs/generated', () => {
  it('is current (else: npm run generate)', async () => {
    expect(await findDrift(join(import.meta.dirname, '../../docs/generated'), documents())).toEqual([]);
  });
});

describe('the AsyncAPI document', () => {
  it('is valid', async () => {
    const { document, diagnostics } = await new Parser().parse(documents().get('asyncapi.yaml') ?? '');
    const errorSeverity = 0;
    expect(diagnostics.filter(({ severity }) => (severity as number) === errorSeverity)).toEqual([]);
    expect(document?.channels().length).toBe(6);
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument();

  it('has the routes that services mount', async () => {
    const documented = Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(await mountedRoutes(join(import.meta.dirname, '../..')));
  });

  it('refers to nothing that is not there', () => {
    const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
    for (const [, name] of references) expect(document.components?.schemas).toHaveProperty([name ?? '']);
  });
});

describe('drift', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'generate-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is found and put right', async () => {
    const wanted = new Map([
      ['a.md', 'a'],
      ['schemas/b.json', 'b'],
    ]);
    await writeFile(join(folder, 'a.md'), 'old');
    await writeFile(join(folder, 'left.md'), 'over');
    const drift = [
      { file: 'a.md', is: 'outdated' },
      { file: 'schemas/b.json', is: 'missing' },
      { file: 'left.md', is: 'not generated' },
    ];
    expect(await writeDocuments(folder, wanted)).toEqual(drift);
    expect(await findDrift(folder, wanted)).toEqual([]);
  });
});
