export type RefusedBecause =
  | 'malformed'
  | 'too_large'
  /** One element is made of more than `mostValues`. */
  | 'element_too_large'
  | 'unknown_encoding'
  | 'cut_off';

/** A body that cannot be read any further. What was read before counts all the same. */
export class BodyRefused extends Error {
  readonly reason: RefusedBecause;

  constructor(reason: RefusedBecause) {
    super(`The body is ${reason}.`);
    this.name = 'BodyRefused';
    this.reason = reason;
  }
}
