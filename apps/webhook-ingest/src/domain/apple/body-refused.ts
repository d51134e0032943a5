export type RefusedBecause = 'malformed' | 'too_large' | 'unknown_encoding' | 'cut_off';

/** A body that cannot be read any further. What came before it has been stored. */
export class BodyRefused extends Error {
  readonly reason: RefusedBecause;

  constructor(reason: RefusedBecause) {
    super(`The body is ${reason}.`);
    this.name = 'BodyRefused';
    this.reason = reason;
  }
}
