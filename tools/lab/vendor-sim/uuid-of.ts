import { createHash } from 'node:crypto';

/** The UUID (version 8) that belongs to these labels: the same ones give the same id. */
export function uuidOf(...labels: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(labels.join('/')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
