import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { flatBodySchema } from './flat-body.ts';
import { problemsOf } from './interpretation.ts';
import { manualBodySchema } from './manual-body.ts';
import { parseInWords } from './parse-in-words.ts';

function problems(schema: z.ZodType, value: unknown): string[] {
  const parsed = parseInWords(schema, value);
  return parsed.success
    ? []
    : problemsOf(parsed.error).map(({ path, message }) => `${path} ${message}`.trim());
}

describe('parseInWords', () => {
  it.each([
    [undefined, ['is missing: it must be an object']],
    [[], ['must be an object, not a list']],
    [null, ['must be an object, not null']],
    [{}, ['user_id is missing: it must be a text']],
    [{ user_id: 7 }, ['user_id must be a text, not a number']],
    [{ user_id: '' }, ['user_id must not be empty']],
    [{ user_id: 'a'.repeat(257) }, ['user_id must have at most 256 characters']],
    [{ user_id: 'a\u0000' }, ['user_id must not hold control characters']],
    [{ user_id: 'a', version: 1.5 }, ['version must be a whole number, not a fraction']],
    [{ user_id: 'a', version: -1 }, ['version must be at least 0']],
    [{ user_id: 'a', operation: 'update' }, ['operation must be upsert or delete']],
  ])('says of %j what is expected', (body, sentences) => {
    expect(problems(flatBodySchema, body)).toEqual(sentences);
  });

  it.each([
    [{ user_id: 'a', readings: [] }, ['readings must hold at least 1 element']],
    [
      { user_id: 'a', readings: [{ metric: 'weight', value: '70' }] },
      ['readings.0.value must be a number, not a text'],
    ],
    [
      { user_id: 'a', readings: [{ metric: 'weight', value: 70, units: 'kg', 'my weight!': 1 }] },
      ['readings.0 holds a field that is not known here: units'],
    ],
  ])('says of %j what is expected', (body, sentences) => {
    expect(problems(manualBodySchema, body)).toEqual(sentences);
  });

  it('joins what any of several forms would be', () => {
    expect(problems(z.union([z.string(), z.int()]), {})).toEqual(['must be a text or a number']);
    expect(problems(z.union([z.strictObject({ a: z.string() }), z.int()]), { b: 1 })).toEqual([
      'has none of the forms that are taken here',
    ]);
  });

  const anything = z.looseObject({
    text: z.string().min(2).max(3),
    number: z.number().min(1).max(2).multipleOf(0.5),
    uuid: z.uuid(),
    choice: z.literal('x'),
    list: z.array(z.int()).min(1).max(2),
    map: z.record(z.string().max(2), z.number()),
    date: z.iso.date(),
  });

  it.each([undefined, null, true, '4711', 4711.3, NaN, [4711, '4711', 3], { key: '4711' }])(
    "holds neither a value nor the validator's own words: %j",
    (value) => {
      const fields = Object.keys(anything.shape);
      const sentences = problems(anything, Object.fromEntries(fields.map((field) => [field, value])));
      expect(sentences.length).toBeGreaterThan(0);
      expect(sentences.join('\n')).not.toMatch(/4711|Invalid|expected (string|number)|received|Too /);
    },
  );
});
