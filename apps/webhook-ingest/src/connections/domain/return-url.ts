/**
 * Where the browser goes after a consent: only to our own origin, so that nobody is led elsewhere by a link to us.
 * Undefined for every other address.
 */
export function returnUrl(wanted: string, publicUrl: string): string | undefined {
  if (!URL.canParse(wanted, publicUrl)) return undefined;
  const url = new URL(wanted, publicUrl);
  const own = new URL(publicUrl);
  // A `blob:` address has the origin of what stands behind it.
  return url.protocol === own.protocol && url.host === own.host ? url.href : undefined;
}
