import { expect, test } from 'vitest';
import { readTokenAnswer } from './token-answer.ts';

const read = (status: number, body: unknown) =>
  readTokenAnswer(status, typeof body === 'string' ? body : JSON.stringify(body));
const token = { access_token: 'a', token_type: 'bearer' };

test.each([
  ['fields that are null', { id_token: null, scope: null, refresh_token: null, expires_in: null }, {}],
  ['empty fields', { id_token: '', scope: '', refresh_token: '', expires_in: '' }, {}],
  ['fields of other types', { scope: 7, refresh_token: {}, expires_in: 'soon', token_type: null }, {}],
  ['seconds as text', { expires_in: '3600' }, { expires_in: 3600 }],
  ['a list of scopes', { scope: ['extapi:daily', 'x'] }, { scope: 'extapi:daily x' }],
  ['a negative lifetime', { expires_in: -1 }, {}],
  ['all of them', { refresh_token: 'r', scope: 'daily' }, { refresh_token: 'r', scope: 'daily' }],
])('takes an answer with %s', (_, fields, kept) => {
  expect(read(200, { ...token, ...fields })).toEqual({ kind: 'tokens', body: { ...token, ...kept } });
});

test.each([
  [400, { error: 'invalid_grant' }],
  [400, { error: 'invalid_request' }],
  [400, 'Bad Request'],
  [400, { error: { code: 3 } }],
  [401, { error: 'invalid_token' }],
  [401, ''],
  [403, '<html>Forbidden</html>'],
  [200, { error: 'invalid_grant' }],
  [200, { ...token, error: 'invalid_grant' }],
])('is final for the person: %s %j', (status, body) => {
  expect(read(status, body).kind).toBe('refused');
});

test.each([
  [401, { error: 'invalid_client' }],
  [400, { error: 'unauthorized_client' }],
  [400, { error: 'invalid_scope' }],
  [200, { error: 'invalid_client' }],
])('is about our client: %s %j', (status, body) => {
  expect(read(status, body).kind).toBe('client');
});

test.each([
  [200, '<html>Welcome</html>'],
  [200, {}],
  [200, []],
  [200, { access_token: '' }],
  [302, ''],
  [404, 'Not Found'],
  [429, { error: 'invalid_grant' }],
  [500, { error: 'invalid_grant' }],
  [400, { error: 'temporarily_unavailable' }],
])('is unclear: %s %j', (status, body) => {
  expect(read(status, body).kind).toBe('unclear');
});
