import fc from 'fast-check';

const times = fc.constantFrom(
  '2026-07-06T02:30:00+05:45',
  '9999-12-31T23:59:59-14:00',
  '0100-01-01T00:00:00+14:00',
  '2026-07-06T00:00:00',
  '+05:45',
  'string',
);
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  times,
  fc.double(),
  fc.integer({ min: -10, max: 400 }),
  fc.constant(undefined),
);

/** The document with anything in up to four of its fields, at any depth; for tests. */
export function changed(document: object): fc.Arbitrary<object> {
  return fc
    .array(fc.tuple(fc.constantFrom(...pathsOf(document)), values), { maxLength: 4 })
    .map((changes) =>
      changes.reduce((all, [path, value]) => withField(all, path, value) as object, document),
    );
}

function pathsOf(value: object): string[][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null
      ? [[key], ...pathsOf(inner).map((rest) => [key, ...rest])]
      : [[key]],
  );
}

function withField(within: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(within)) {
    return (within as unknown[]).map((item, at) =>
      String(at) === key ? withField(item, rest, value) : item,
    );
  }
  if (typeof within !== 'object' || within === null) return within;
  return { ...within, [key]: withField(Reflect.get(within, key) as unknown, rest, value) };
}
