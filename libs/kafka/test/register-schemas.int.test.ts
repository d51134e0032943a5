import { registrySubjects } from '@bridge/contracts';
import { expect, test } from 'vitest';
import { registerSchemas } from '../src/index.ts';
import { fromEnvironment, randomName } from './broker.ts';

const registryUrl = fromEnvironment('SCHEMA_REGISTRY_URL');

function schema(properties: Record<string, unknown>, required: string[] = []): Record<string, unknown> {
  return { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', properties, required };
}

async function level(subject: string): Promise<unknown> {
  return ((await (await fetch(`${registryUrl}/config/${subject}`)).json()) as { compatibilityLevel: unknown })
    .compatibilityLevel;
}

test("registers the contracts' schemas, again without a new id", async () => {
  const prefix = randomName('test');
  const subjects = registrySubjects().map((entry) => ({
    ...entry,
    subject: `${prefix}.${entry.subject}`,
    partnerSubject: `${prefix}.${entry.partnerSubject}`,
  }));
  const first = await registerSchemas({ registryUrl, subjects });
  const second = await registerSchemas({ registryUrl, subjects });
  expect(first.size).toBe(subjects.length);
  expect(second).toEqual(first);
  for (const { subject } of subjects) expect(await level(subject)).toBe('BACKWARD');
});

test('puts the level right that an interrupted first registration left behind', async () => {
  const subject = `${randomName('test')}-value`;
  const mine = schema({ a: { type: 'string' } });
  await fetch(`${registryUrl}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schemaType: 'JSON', schema: JSON.stringify(mine) }),
  });
  expect(await level(subject)).not.toBe('BACKWARD');
  await registerSchemas({ registryUrl, subjects: [{ subject, schema: mine }] });
  expect(await level(subject)).toBe('BACKWARD');
});

async function registerAny(subject: string, body: object): Promise<{ status: number; id: unknown }> {
  const response = await fetch(`${registryUrl}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, id: ((await response.json()) as { id?: unknown }).id };
}

test.each([
  ['of a new registry', false],
  ['under which our own schema was registered before', true],
])("opens the partners' subject %s: any schema is taken, and ours keeps its id", async (_what, isOld) => {
  const topic = randomName('test');
  const mine = schema({ a: { type: 'string' } });
  const old = { subject: `${topic}-value`, schema: mine };
  const before = isOld ? await registerSchemas({ registryUrl, subjects: [old] }) : undefined;
  const subjects = [{ subject: `bridge.${topic}-value`, schema: mine, partnerSubject: `${topic}-value` }];
  const ids = await registerSchemas({ registryUrl, subjects });
  if (before) expect(ids.get(`bridge.${topic}-value`)).toBe(before.get(`${topic}-value`));
  const avro = {
    schema: JSON.stringify({ type: 'record', name: 'Pulse', fields: [{ name: 'a', type: 'long' }] }),
  };
  const titled = { ...schema({ a: { type: 'number' } }, ['a']), title: 'Pulse of Acme' };
  const protobuf = 'syntax = "proto3"; message Pulse { string user_id = 1; }';
  for (const body of [
    { schemaType: 'JSON', schema: JSON.stringify(titled) },
    avro,
    { schemaType: 'PROTOBUF', schema: protobuf },
  ]) {
    expect(await registerAny(`${topic}-value`, body)).toMatchObject({ status: 200 });
  }
  await registerSchemas({ registryUrl, subjects });
  expect(await level(`${topic}-value`)).toBe('NONE');
  const versions = await fetch(`${registryUrl}/subjects/${topic}-value/versions`);
  expect(await versions.json()).toHaveLength(isOld ? 4 : 3);
});

test('names the subject whose new schema refuses what the old one accepted', async () => {
  const subject = `${randomName('test')}-value`;
  await registerSchemas({ registryUrl, subjects: [{ subject, schema: schema({ a: { type: 'string' } }) }] });
  const narrower = { subject, schema: schema({ a: { type: 'number' } }, ['a']) };
  await expect(registerSchemas({ registryUrl, subjects: [narrower] })).rejects.toMatchObject({
    code: 'schema_incompatible',
    retry: 'permanent',
    message: expect.stringContaining(subject) as string,
  });
});

test('says that the registry is away', async () => {
  const subjects = [{ subject: 'a-value', schema: schema({}) }];
  await expect(registerSchemas({ registryUrl: 'http://127.0.0.1:1', subjects })).rejects.toMatchObject({
    code: 'registry_unavailable',
    retry: 'transient',
  });
});
