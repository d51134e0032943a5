/**
 * The outcome of one message. Expected outcomes are values; transient faults are thrown and retried;
 * anything else thrown is a bug. `libs/kafka/src/settle.ts` turns outcomes into rows.
 */
export type Outcome<T, Reason extends string = string> = Ok<T> | Drop<Reason> | DeadLetter<Reason>;

export type Ok<T> = { readonly kind: 'ok'; readonly value: T };
/** The message is understood and requires nothing. Counted by reason. */
export type Drop<Reason extends string = string> = { readonly kind: 'drop'; readonly reason: Reason };
/** The message can never be handled. Its original bytes go to `<topic>.dlq` with the reason. */
export type DeadLetter<Reason extends string = string> = {
  readonly kind: 'deadLetter';
  readonly reason: Reason;
};

export function ok<T>(value: T): Ok<T> {
  return { kind: 'ok', value };
}

export function drop<Reason extends string>(reason: Reason): Drop<Reason> {
  return { kind: 'drop', reason };
}

export function deadLetter<Reason extends string>(reason: Reason): DeadLetter<Reason> {
  return { kind: 'deadLetter', reason };
}
