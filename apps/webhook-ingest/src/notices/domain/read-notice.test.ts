import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vendorDefinitions, type VendorName } from '../../vendors/vendors.ts';
import { readNotice as readWith } from './read-notice.ts';

const readNotice = (vendor: VendorName, body: unknown, signedAt: string) =>
  readWith(vendorDefinitions[vendor], body, signedAt);

const oura = {
  event_type: 'update',
  data_type: 'sleep',
  object_id: '12345abc',
  event_time: '2023-01-01T08:00:00+00:00',
  user_id: 'user123',
};
const whoop = { user_id: 456, id: '550e8400-e29b', type: 'sleep.updated', trace_id: 'e369c784' };
const idOf = (vendor: VendorName, body: unknown, signedAt = '1') => {
  const read = readNotice(vendor, body, signedAt);
  return read.kind === 'notice' ? read.noticeId : read.problems;
};

describe('readNotice', () => {
  it('reads what Oura says', () => {
    expect(readNotice('oura', oura, '1')).toMatchObject({
      kind: 'notice',
      isKnownType: true,
      notice: {
        vendor: 'oura',
        vendorUserId: 'user123',
        dataType: 'sleep',
        operation: 'upsert',
        objectId: '12345abc',
      },
    });
    expect(readNotice('oura', { ...oura, event_type: 'delete' }, '1')).toMatchObject({
      notice: { operation: 'delete' },
    });
  });

  it('reads what WHOOP says, with numbers for ids', () => {
    expect(readNotice('whoop', whoop, '1')).toMatchObject({
      isKnownType: true,
      notice: { vendorUserId: '456', dataType: 'sleep', operation: 'upsert', objectId: '550e8400-e29b' },
    });
    expect(readNotice('whoop', { ...whoop, id: 17, type: 'workout.deleted' }, '1')).toMatchObject({
      notice: { dataType: 'workout', operation: 'delete', objectId: '17' },
    });
  });

  it.each([
    ['oura', { ...oura, data_type: 'blood_magic' }, 'blood_magic'],
    ['whoop', { ...whoop, type: 'dream.updated' }, 'dream'],
    ['whoop', { ...whoop, type: 'sleep.archived' }, 'sleep.archived'],
    ['whoop', { ...whoop, type: 'toString' }, 'toString'],
  ] as const)('reads a type of %s that nobody knows', (vendor, body, dataType) => {
    expect(readNotice(vendor, body, '1')).toMatchObject({ isKnownType: false, notice: { dataType } });
  });

  it('gives one delivery and its repetition the same id, and everything else another', () => {
    expect(idOf('oura', { ...oura }, '2')).toBe(idOf('oura', oura));
    const others = [
      { ...oura, event_type: 'delete' },
      { ...oura, event_time: '2023-01-01T09:00:00+00:00' },
      { ...oura, user_id: 'user124' },
      { ...oura, object_id: '12345abd' },
    ].map((body) => idOf('oura', body));
    expect(new Set([...others, idOf('oura', oura)]).size).toBe(5);
    expect(idOf('whoop', { ...whoop, type: 'recovery.updated' })).not.toBe(idOf('whoop', whoop));
  });

  it('tells two deliveries apart by their signed time where the body does not', () => {
    const bare = { ...whoop, trace_id: undefined };
    expect(idOf('whoop', bare, '1')).toBe(idOf('whoop', bare, '1'));
    expect(idOf('whoop', bare, '1')).not.toBe(idOf('whoop', bare, '2'));
  });

  it.each([
    [null, ['']],
    [[oura], ['']],
    [{}, ['user_id', 'data_type', 'object_id', 'event_type']],
    [{ ...oura, user_id: { id: 'user123' } }, ['user_id']],
    [{ ...oura, user_id: '' }, ['user_id']],
    [{ ...oura, object_id: 'x'.repeat(201) }, ['object_id']],
    [{ ...oura, object_id: 'a\0b' }, ['object_id']],
    [{ ...oura, object_id: '\ud800' }, ['object_id']],
    [{ ...oura, object_id: '.' }, ['object_id']],
    [{ ...oura, object_id: '..' }, ['object_id']],
    [{ ...oura, user_id: 2 ** 53 }, ['user_id']],
    [{ ...oura, user_id: 1.5 }, ['user_id']],
  ])('names the fields of %j that do not validate', (body, paths) => {
    const read = readNotice('oura', body, '1');
    expect(read.kind === 'invalid' && read.problems.map(({ path }) => path)).toEqual(paths);
  });

  it('takes no path for the id of an object of WHOOP either', () => {
    expect(readNotice('whoop', { ...whoop, id: '..' }, '1').kind).toBe('invalid');
    expect(readNotice('whoop', { ...whoop, id: '...' }, '1').kind).toBe('notice');
  });

  it('reads anything without throwing', () => {
    fc.assert(
      fc.property(fc.constantFrom('oura', 'whoop'), fc.jsonValue(), (vendor, body) => {
        expect(['notice', 'invalid']).toContain(readNotice(vendor, body, '1').kind);
      }),
    );
  });
});
