// Small numbers as characters. A day of a baseline takes two characters in a state instead of five or more, because writing
// states is the main cost of a decision. All characters are printable ASCII that JSON need not escape.

/** The number of values of one symbol: 0 to 90. */
export const symbolCount = 91;
const first = 35; // '#', the first one after the quotation mark
const backslash = 92;

export function symbol(number: number): string {
  const code = first + number;
  return String.fromCharCode(code < backslash ? code : code + 1);
}

export function symbolAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return (code < backslash ? code : code - 1) - first;
}

/** Encodes a non-negative integer: symbols of the upper half are followed by more, one of the lower half ends it. */
export function varint(number: number): string {
  let text = '';
  let rest = number;
  for (; rest >= half; rest = Math.floor(rest / half)) text += symbol(half + (rest % half));
  return text + symbol(rest);
}

/** Reads the number that begins at a position, and where it ends. */
export function firstVarint(text: string, from: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let scale = 1;
  for (let at = from; ; at += 1) {
    const digit = symbolAt(text, at);
    if (digit < half) return { value: value + digit * scale, end: at + 1 };
    value += (digit - half) * scale;
    scale *= half;
  }
}

/** Reads all numbers from position `from` to the end of the text. */
export function readVarints(text: string, from: number): number[] {
  const numbers: number[] = [];
  let number = 0;
  let scale = 1;
  for (let at = from; at < text.length; at += 1) {
    const digit = symbolAt(text, at);
    if (digit >= half) {
      number += (digit - half) * scale;
      scale *= half;
    } else {
      numbers.push(number + digit * scale);
      number = 0;
      scale = 1;
    }
  }
  return numbers;
}

const half = 45;
