import { describe, expect, it } from 'vitest';
import { biometricEventSchema } from './biometric-event.ts';
import { minuteOf, declarationEvent, type Declaration, type DeclarationSender } from './declaration-event.ts';

const arrivalMs = Date.parse('2026-11-20T12:00:00Z');
const sender: DeclarationSender = {
  userId: 'ada',
  clientId: undefined,
  timestamp: undefined,
  raw: Buffer.from('{}'),
  arrivalMs,
  retentionDays: 400,
};
const answer: Declaration = { answer: { alert_id: 'a'.repeat(32), answer: 'fine' } };

function made(declaration: Declaration, given: Partial<DeclarationSender> = {}, occasion = '1') {
  const result = declarationEvent(declaration, { ...sender, ...given }, occasion);
  if (result.kind !== 'ok') throw new Error('it was refused');
  return biometricEventSchema.parse(result.event);
}

describe('a declaration', () => {
  it('is an event of the person, without readings', () => {
    expect(made({ profile: { birth_year: 1990, language: 'de' } })).toMatchObject({
      source: 'manual',
      event_type: 'profile',
      user_id: 'ada',
      readings: [],
      profile: { birth_year: 1990, language: 'de' },
      timestamp: '2026-11-20T12:00:00.000Z',
      provenance: { reported: 'self_reported', object_kind: 'content', flags: ['time_assumed'] },
    });
    expect(made(answer)).toMatchObject({ event_type: 'answer', answer: { answer: 'fine' } });
  });

  it('is the same event under its own id, and under its own time', () => {
    const byId = { clientId: 'click-1' };
    expect(made(answer, byId, '1').event_id).toBe(made(answer, byId, '2').event_id);
    const byTime = { timestamp: '2026-11-20T12:59:00+01:00' };
    expect(made(answer, byTime, '1').event_id).toBe(made(answer, byTime, '2').event_id);
    expect(made(answer, byTime)).toMatchObject({ timestamp: byTime.timestamp, provenance: { flags: [] } });
  });

  it('without either is told apart by its occasion, and its content is the same', () => {
    const [one, two] = [made(answer, {}, '1'), made(answer, {}, '2')];
    expect(one.event_id).not.toBe(two.event_id);
    expect(one.provenance.content_hash).toBe(two.provenance.content_hash);
    expect(made(answer, { userId: 'bob' }).event_id).not.toBe(one.event_id);
  });

  it.each([
    ['a birth in the future', { profile: { birth_year: 2050 } }, {}, 'birth_year'],
    ['a birth next year', { profile: { birth_year: 2027 } }, {}, 'birth_year'],
    ['a time that is none', answer, { timestamp: 'yesterday' }, 'timestamp'],
    ['a time in the future', answer, { timestamp: '2026-11-20T12:06:00Z' }, 'timestamp'],
    ['a time out of range', answer, { timestamp: '2024-01-01T00:00:00Z' }, 'timestamp'],
  ] as const)('with %s is refused', (_what, declaration, given, path) => {
    expect(declarationEvent(declaration, { ...sender, ...given }, '1')).toMatchObject({
      kind: 'invalid',
      problems: [{ path }],
    });
  });

  it('may be of somebody who was born this year', () => {
    expect(made({ profile: { birth_year: 2026 } }).profile).toEqual({ birth_year: 2026 });
  });
});

it('a minute begins at its first millisecond', () => {
  expect(minuteOf(arrivalMs - 1)).not.toBe(minuteOf(arrivalMs));
  expect(minuteOf(arrivalMs + 59_999)).toBe(minuteOf(arrivalMs));
});
