/** 32 bytes have 77 digits; no partner measures more, and a long one would take the thread. */
const mostBytes = 32;

/**
 * A number in two's complement, the highest byte first, with so many decimal places: the decimal of Avro and of Confluent.
 * @throws RangeError when it is too long.
 */
export function decimalOf(bytes: Buffer, scale: number): number {
  if (bytes.length === 0) return 0;
  if (bytes.length > mostBytes) throw new RangeError('the decimal is too long');
  const unscaled = BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
  return Number(`${unscaled}e${-scale}`);
}
