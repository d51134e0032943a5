/** Two halves of a list, in order; the first has one more where the length is odd. */
export function bisect<Item>(items: readonly Item[]): readonly [Item[], Item[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
