import type { SentFrame } from './frame-ring.ts';

const dataField = '\ndata: ';

/** The data of a frame. Frames are kept as the bytes that are sent; few are ever looked into. */
export function readBody({ bytes, bodyStart }: Pick<SentFrame, 'bytes' | 'bodyStart'>): unknown {
  const start = bytes.indexOf(dataField, bodyStart) + dataField.length;
  return JSON.parse(bytes.toString('utf8', start, bytes.length - 2));
}
