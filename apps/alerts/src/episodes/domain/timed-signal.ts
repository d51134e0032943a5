import type { AlertStateSignal } from '@bridge/contracts';

/** A signal whose time was read: milliseconds since 1970. */
export type TimedSignal = Omit<AlertStateSignal, 'at'> & { readonly at: number };
