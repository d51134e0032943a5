/** Whether a value counted, and why not. */
export const fateWords: Readonly<Record<string, string>> = {
  input: 'yes',
  late: 'no: it came late',
  stale: 'no: it is too old',
  active: 'no: the person was active',
  superseded: 'no: a newer one stands for it',
  unconfirmed: 'no: not confirmed yet',
  vetoed: 'no: another device contradicts',
};
