import {
  byteaArray,
  connectPostgres,
  int4Array,
  int8Array,
  textArray,
  timestamptzArray,
  uuidArray,
  type Postgres,
} from '@bridge/postgres';
import { fromEnvironment, silentLog, testMorning } from '../../src/index.ts';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';

// PostgreSQL reads the binary arrays of libs/postgres, whose own tests cannot import libs/testing: it imports libs/postgres.

let postgres: Postgres;
beforeAll(() => {
  const config = { url: fromEnvironment('POSTGRES_ADMIN_URL'), max: 1, applicationName: 'arrays' };
  postgres = connectPostgres(config, { log: silentLog, metrics: new Registry() });
});
afterAll(() => postgres.close());

const uuid = 'e4c1a0b2-00ff-4d3c-8b9a-FEDCBA987654';
const day = testMorning + 123;

it.each([
  [
    'bytea',
    byteaArray([Buffer.from([0, 255]), null, Buffer.alloc(0)]),
    [Buffer.from([0, 255]), null, Buffer.alloc(0)],
  ],
  ['text', textArray(['', 'zwölf ≥ 12 ½', null]), ['', 'zwölf ≥ 12 ½', null]],
  ['uuid', uuidArray([uuid, uuid.replaceAll('-', ''), null]), [uuid.toLowerCase(), uuid.toLowerCase(), null]],
  [
    'int4',
    int4Array([0, -1, 2_147_483_647, -2_147_483_648, null]),
    [0, -1, 2_147_483_647, -2_147_483_648, null],
  ],
  [
    'int8',
    int8Array([
      0,
      1,
      -1,
      -4_294_967_296,
      4_294_967_296,
      Number.MAX_SAFE_INTEGER,
      -Number.MAX_SAFE_INTEGER,
      null,
    ]),
    [0, 1, -1, -4_294_967_296, 4_294_967_296, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, null],
  ],
  ['timestamptz', timestamptzArray([day, 0, -1, null]), [new Date(day), new Date(0), new Date(-1), null]],
  ['text', textArray([]), []],
])('%s', async (type, array, expected) => {
  const rows = await postgres.query<{ value: unknown }>(
    `select value from unnest($1::${type}[]) with ordinality as a(value, nr) order by nr`,
    [array],
  );
  expect(rows.map(({ value }) => value)).toEqual(expected);
});
