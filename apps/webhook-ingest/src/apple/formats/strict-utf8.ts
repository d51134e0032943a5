import { ExportRefused } from '@bridge/apple-export';

/** Decodes chunk by chunk; call it without one at the end. Throws `ExportRefused` for anything but UTF-8. */
export function createStrictUtf8(): (chunk?: Buffer) => string {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  return function decode(chunk) {
    try {
      return chunk === undefined ? utf8.decode() : utf8.decode(chunk, { stream: true });
    } catch {
      throw new ExportRefused('malformed');
    }
  };
}
