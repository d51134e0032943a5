/** Apple's records unpack to some 30 times their size; what unpacks to much more is made to keep us busy. */
const mostRatio = 200;
/** From here on the ratio counts. */
const mebibyte = 1024 * 1024;

export function isBomb(bytesIn: number, bytesOut: number): boolean {
  return bytesOut > mebibyte + bytesIn * mostRatio;
}

/**
 * The file of the records in Apple's `export.zip`. Its name is in the phone's language; beside it lies the same in the format
 * of clinics, and where macOS packed it again, a file of the same name with what the Finder knows of it.
 */
export function isRecords(name: string): boolean {
  const [file = ''] = name.toLowerCase().split('/').slice(-1);
  if (name.startsWith('__MACOSX/') || file.startsWith('._')) return false;
  return file.endsWith('.xml') && !file.endsWith('_cda.xml');
}
