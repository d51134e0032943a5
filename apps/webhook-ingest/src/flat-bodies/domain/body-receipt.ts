import type { Problem } from '@bridge/contracts';
import type { DeclarationScope } from '../../profiles/domain/declaration-scope.ts';
import type { ManualReading } from './manual-event.ts';

/** The outcome of one body; only `accepted` stored anything. */
export type BodyReceipt =
  | {
      readonly kind: 'accepted' | 'already_known' | 'conflict';
      readonly eventId: string;
      readonly readings?: readonly ManualReading[];
    }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'invalid'; readonly reason: string; readonly problems: readonly Problem[] }
  /** The key is not for this person, or it lacks a scope for what the body states of them. */
  | { readonly kind: 'forbidden'; readonly missing?: DeclarationScope }
  /** Nothing durable could be reached. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** Whether the event is stored, now or before. */
export function isDurable({ kind }: BodyReceipt): boolean {
  return kind === 'accepted' || kind === 'already_known';
}
