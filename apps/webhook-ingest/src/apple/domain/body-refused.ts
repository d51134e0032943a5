export type RefusalReason =
  | 'malformed'
  | 'too_large'
  /** One element is made of more than `mostValues`. */
  | 'element_too_large'
  | 'unknown_encoding'
  /** The XML declares letters that nobody here can read. */
  | 'unknown_charset'
  /** No element of Apple Health in it. */
  | 'empty'
  | 'cut_off';

/** A body that cannot be read any further. What was read before counts all the same. */
export class BodyRefused extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(`The body is ${reason}.`);
    this.name = 'BodyRefused';
    this.reason = reason;
  }
}
