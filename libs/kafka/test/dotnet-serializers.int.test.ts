import { expect, test } from 'vitest';
import { createCodec } from '../src/index.ts';
import { fromEnvironment, randomName } from './broker.ts';
import { dotnetDescriptor, dotnetFrame, dotnetIndexes, field } from './dotnet-serializers.ts';

const registryUrl = fromEnvironment('SCHEMA_REGISTRY_URL');

type Reference = { readonly name: string; readonly subject: string; readonly version: number };

/** As `CachedSchemaRegistryClient.RegisterSchemaAsync` asks; returns the id. */
async function register(subject: string, schema: string, references: Reference[]): Promise<number> {
  const response = await fetch(`${registryUrl}/subjects/${encodeURIComponent(subject)}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema, references, schemaType: 'PROTOBUF' }),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { readonly id: number }).id;
}

test('reads Protobuf of .NET by the registry: base64 descriptors, and an import under its own name', async () => {
  const packageName = randomName('partner').replace('-', '_');
  const imported = `${packageName}/reading.proto`;
  const reading = dotnetDescriptor({
    name: imported,
    packageName,
    messages: [
      {
        name: 'Reading',
        fields: [
          { name: 'metric', type: 'string' },
          { name: 'value', type: 'double' },
        ],
      },
    ],
  });
  // `ReferenceSubjectNameStrategy.ReferenceName`: the subject of an import is the name of its file.
  await register(imported, reading, []);
  const report = dotnetDescriptor({
    name: `${packageName}/report.proto`,
    packageName,
    imports: [imported],
    messages: [
      { name: 'Other' },
      {
        name: 'Report',
        fields: [{ name: 'readings', type: `.${packageName}.Reading`, repeated: true }],
      },
    ],
  });
  const references = [{ name: imported, subject: imported, version: 1 }];
  const id = await register(`${packageName}-value`, report, references);
  const payload = field(1, Buffer.concat([field(1, 'hrv'), field(2, { double: 45.5 })]));
  const codec = await createCodec({ registryUrl });
  expect(await codec.decode(dotnetFrame(id, dotnetIndexes(1), payload))).toEqual({
    kind: 'ok',
    value: { readings: [{ metric: 'hrv', value: 45.5 }] },
  });
});
