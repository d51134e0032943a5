/** Hash of a device's name. */
export type NameDevice = (source: unknown) => string | undefined;

/** More names than anybody has devices. */
const mostNames = 1_000;

/**
 * Names of devices are names of people, so events carry a keyed hash, another one for each person. A name that joins
 * several devices is the same in any order.
 *
 * @param index The blind index, which nobody without its key can try names on.
 */
export function createNameDevice(index: (text: string) => Buffer, userId: string): NameDevice {
  const known = new Map<string, string>();
  return function nameDevice(source) {
    if (typeof source !== 'string' || source === '') return undefined;
    const before = known.get(source);
    if (before !== undefined) return before;
    const plain = source
      .normalize('NFKC')
      .split('|')
      .map((one) => one.trim())
      .sort()
      .join('|');
    const named = index(`device\n${userId}\n${plain}`).toString('hex').slice(0, 16);
    if (known.size < mostNames) known.set(source, named);
    return named;
  };
}
