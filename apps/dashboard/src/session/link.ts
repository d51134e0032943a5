/** The one-time link's token in a fragment such as `#sign-in=…`. */
export function linkIn(fragment: string): string | undefined {
  return /^#sign-in=([\w-]+)$/.exec(fragment)?.[1];
}
