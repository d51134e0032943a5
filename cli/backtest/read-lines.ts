import { closeSync, openSync, readSync } from 'node:fs';

/** One line of a file, without its line break. */
export type Line = {
  /** From 1 on. */
  readonly number: number;
  /** Its first byte. */
  readonly offset: number;
  /** The bytes are valid until the next line is asked for. */
  readonly bytes: Buffer;
};

const chunkBytes = 1 << 20;
const lineBreak = 0x0a;
const carriageReturn = 0x0d;

/** A file whose lines are read one after the other, and some of them again later. */
export type LineFile = {
  /** Every line that is not empty. Throws when a line is longer than `mostBytes`. */
  readonly lines: (mostBytes: number) => Generator<Line, void>;
  /** A stretch of the file, as text. */
  readonly textAt: (offset: number, length: number) => string;
  readonly close: () => void;
};

/** Synchronous, because a backtest does nothing else meanwhile. Throws when the file cannot be opened. */
export function openLineFile(path: string): LineFile {
  const file = openSync(path, 'r');

  function* lines(mostBytes: number): Generator<Line, void> {
    let buffer = Buffer.alloc(chunkBytes);
    let [from, to, position, number] = [0, 0, 0, 0];
    for (;;) {
      const end = buffer.subarray(0, to).indexOf(lineBreak, from);
      if (end === -1) {
        if (to - from > mostBytes) throw new Error(`Line ${number + 1} is longer than ${mostBytes} bytes.`);
        buffer.copyWithin(0, from, to);
        [position, from, to] = [position + from, 0, to - from];
        if (to > buffer.length / 2) buffer = Buffer.concat([buffer], 2 * buffer.length);
        const read = readSync(file, buffer, to, buffer.length - to, position + to);
        if (read > 0) {
          to += read;
          continue;
        }
      }
      const last = end === -1 ? to : end;
      const bytes = withoutReturn(buffer.subarray(from, last));
      number += 1;
      if (bytes.length > 0) yield { number, offset: position + from, bytes };
      if (end === -1) return;
      from = end + 1;
    }
  }

  return {
    lines,
    textAt: (offset, length) => {
      const buffer = Buffer.alloc(length);
      const read = readSync(file, buffer, 0, length, offset);
      return buffer.toString('utf8', 0, read);
    },
    close: () => closeSync(file),
  };
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
}
