const mask = '***';

/** An address without the values of its query, which often hold a key; a part without a name is masked as a whole. */
export function maskQuery(address: string): string {
  const parts = partsOf(address);
  return parts === undefined
    ? address
    : parts.join((name) => (name === undefined ? mask : `${name}=${mask}`));
}

/**
 * The address with what `stored` has in the places of the masks; undefined where it has nothing there. Of several values under one
 * name the first mask is the first.
 */
export function restoreQuery(address: string, stored: unknown): string | undefined {
  const parts = partsOf(address);
  if (parts === undefined) return address;
  const kept = typeof stored === 'string' ? (partsOf(stored)?.list ?? []) : [];
  const seen = new Map<string | undefined, number>();
  let missing = 0;
  const restored = parts.join((name, part) => {
    const place = seen.get(name) ?? 0;
    seen.set(name, place + 1);
    if (part !== mask && part !== `${name ?? ''}=${mask}`) return part;
    const found = kept.filter((one) => one.name === name)[place];
    if (found === undefined) missing += 1;
    return found?.part ?? part;
  });
  return missing === 0 ? restored : undefined;
}

export function hasMaskedQuery(address: string): boolean {
  return (
    partsOf(address)?.list.some(({ name, part }) => part === mask || part === `${name ?? ''}=${mask}`) ??
    false
  );
}

type Part = { readonly name: string | undefined; readonly part: string };

/** The parts of the query as they are written; undefined for anything but an http address with one. */
function partsOf(address: string) {
  const [, head, query, rest = ''] = /^(https?:\/\/[^?#]*\?)([^#]+)(#.*)?$/is.exec(address) ?? [];
  if (head === undefined || query === undefined) return undefined;
  const list = query.split('&').map((part): Part => {
    const end = part.indexOf('=');
    return { name: end < 0 ? undefined : part.slice(0, end), part };
  });
  return {
    list,
    join: (change: (name: string | undefined, part: string) => string) =>
      `${head}${list.map(({ name, part }) => (part === '' ? part : change(name, part))).join('&')}${rest}`,
  };
}
