import type { AlertMatch, Route } from '@bridge/contracts';

/** Whether `earlier` keeps from `later` every alert that `later` would match. */
export function takesEverythingOf(earlier: Route, later: Route): boolean {
  if (earlier.continue === true || earlier.hours !== undefined) return false;
  const wide = earlier.match ?? {};
  const narrow = later.match ?? {};
  return (Object.keys(wide) as (keyof AlertMatch)[]).every((field) =>
    covers(valuesOf(wide[field]), valuesOf(narrow[field])),
  );
}

type Value = string | boolean | { readonly prefix: string };

/** Undefined: every value matches. */
function valuesOf(field: AlertMatch[keyof AlertMatch]): readonly Value[] | undefined {
  return typeof field === 'boolean' ? [field] : field;
}

function covers(wide: readonly Value[] | undefined, narrow: readonly Value[] | undefined): boolean {
  if (wide === undefined) return true;
  if (narrow === undefined) return false;
  const exact = new Set<unknown>(wide);
  const prefixes = wide.flatMap((value) => (typeof value === 'object' ? [value.prefix] : []));
  return narrow.every((value) => {
    if (typeof value === 'boolean') return exact.has(value);
    const text = typeof value === 'string' ? value : value.prefix;
    if (typeof value === 'string' && exact.has(value)) return true;
    return prefixes.some((prefix) => text.startsWith(prefix));
  });
}
