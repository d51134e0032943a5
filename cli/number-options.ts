import { InvalidArgumentError } from 'commander';

/**
 * Creates the parser of an option whose value is a whole number from `least` to `most`.
 *
 * @returns A function that throws InvalidArgumentError, whose message commander prints behind the option's name.
 */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return (text) => {
    const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** Parses the value of an option as a number above 0. @throws InvalidArgumentError */
export function positiveNumber(text: string): number {
  const value = /^\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}
