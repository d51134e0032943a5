import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { fetchSchema } from './fetch-schema.ts';
import { schemaReader } from './schema-reader.ts';

type Stored = {
  readonly schema: string;
  readonly schemaType?: string;
  /** Subjects, which are also the names under which they are imported. */
  readonly references?: readonly string[];
};

/** A registry whose schema 1 is that of the subject `main`, and which counts the requests of each path. */
async function serveSchemas(subjects: Readonly<Record<string, Stored>>) {
  const requests = new Map<string, number>();
  const server = createServer(({ url = '' }, response) => {
    requests.set(url, (requests.get(url) ?? 0) + 1);
    const [, subject = 'main'] = /^\/subjects\/([^/]+)\/versions\/1$/.exec(url) ?? [];
    const stored = subjects[decodeURIComponent(subject)];
    response.writeHead(stored ? 200 : 404, { 'content-type': 'application/json' });
    const references = stored?.references?.map((name) => ({ name, subject: name, version: 1 })) ?? null;
    response.end(JSON.stringify(stored ? { ...stored, references } : { error_code: 40_401 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { fetchMain: () => fetchSchema(`http://127.0.0.1:${port}/`, 1, 10_000), requests };
}

const fileOf = (name: string, ...imports: string[]) =>
  `syntax = "proto3"; ${imports.map((file) => `import "${file}";`).join(' ')} message ${name} { string a = 1; }`;

test('has what a schema names, each once and before those that name it', async () => {
  const { fetchMain, requests } = await serveSchemas({
    main: { schema: '{}', references: ['left', 'right'] },
    left: { schema: '"left"', references: ['base'] },
    right: { schema: '"right"', references: ['base'] },
    base: { schema: '"base"' },
  });
  const found = await fetchMain();
  expect(typeof found === 'object' && found.references.map(({ name }) => name)).toEqual([
    'base',
    'left',
    'right',
  ]);
  expect(requests.get('/subjects/base/versions/1')).toBe(1);
});

test.each([
  ['itself', ['main']],
  ['one that names it', ['other']],
])('ends for a schema that names %s, which then cannot be used', async (_what, references) => {
  const schemaType = 'PROTOBUF';
  const { fetchMain, requests } = await serveSchemas({
    main: { schemaType, schema: fileOf('Main', ...references), references },
    other: { schemaType, schema: fileOf('Other', 'main'), references: ['main'] },
  });
  const found = await fetchMain();
  if (typeof found === 'string') throw new Error(found);
  expect(() => schemaReader(found)).toThrow('duplicate name');
  expect(Math.max(...requests.values())).toBe(1);
});

test('gives up a schema with a chain of more than a hundred, or with a link that is missing', async () => {
  const chain = (length: number) =>
    Object.fromEntries(
      Array.from({ length }, (_, index): [string, Stored] => [
        index === 0 ? 'main' : `s${index}`,
        { schema: '{}', ...(index + 1 < length && { references: [`s${index + 1}`] }) },
      ]),
    );
  const long = await serveSchemas(chain(150));
  expect(await long.fetchMain()).toBe('unreadable');
  expect(long.requests.size).toBeLessThanOrEqual(101);
  expect(await (await serveSchemas(chain(100))).fetchMain()).toMatchObject({ references: { length: 99 } });
  const broken = await serveSchemas({ main: { schema: '{}', references: ['gone'] } });
  expect(await broken.fetchMain()).toBe('unreadable');
  expect(await (await serveSchemas({})).fetchMain()).toBe('unknown');
});
