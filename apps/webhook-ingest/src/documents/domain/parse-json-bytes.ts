const utf8 = new TextDecoder('utf-8', { fatal: true });

export type ParsedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

/** Strict JSON in strict UTF-8: a replacement character would make two texts one, and NaN is no number. */
export function parseJsonBytes(bytes: Uint8Array): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(utf8.decode(bytes)) };
  } catch {
    // A SyntaxError or TypeError quotes the body, so it ends here.
    return { ok: false };
  }
}
