import { expect, test } from 'vitest';
import { scramVerifier } from './scram-verifier.ts';

test('makes what PostgreSQL made of the same password and salt', () => {
  // select rolpassword from pg_authid, after create role … password 'pencil-and-paper'.
  const stored =
    'SCRAM-SHA-256$4096:nlNv4SLA3uyQw8ldx5csng==$2IRen4Ah5xf68RF4aFmovZZE7jAkkO/u1AcPMWpXMTo=:iQiHycwZa/LvRwx9NLb5AtuLSWsDTK6yeRgPgqB3BJw=';
  const salt = Buffer.from(/\$4096:([^$]+)\$/.exec(stored)?.[1] ?? '', 'base64');
  expect(scramVerifier('pencil-and-paper', salt)).toBe(stored);
});

test('refuses what would need SASLprep', () => {
  expect(() => scramVerifier('pässword', Buffer.alloc(16))).toThrow('printable ASCII');
});
