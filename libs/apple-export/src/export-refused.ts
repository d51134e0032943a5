export type RefusalReason =
  | 'malformed'
  | 'too_large'
  /** One element is made of more values than anybody needs. */
  | 'element_too_large'
  | 'unknown_encoding'
  /** The XML declares letters that nobody here can read. */
  | 'unknown_charset'
  /** It is no export, or one without elements. */
  | 'empty'
  | 'cut_off';

/** An export that cannot be read any further. What was read before counts all the same. */
export class ExportRefused extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(`The export is ${reason}.`);
    this.name = 'ExportRefused';
    this.reason = reason;
  }
}
