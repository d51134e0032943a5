import { hasScope, mayAccess, type Principal } from '@bridge/auth';
import { declarationScope, type DeclarationScope } from '../profiles/domain/declaration-scope.ts';
import type { Acceptance } from './accept-once.ts';
import { isDurable, type BodyReceipt } from './domain/body-receipt.ts';
import { interpretBody, type EventDraft, type InterpretedBody } from './domain/interpret-body.ts';
import { splitBatch } from './domain/split-batch.ts';

export type FlatDelivery = {
  /** The route says whose device it was. */
  readonly source: string;
  readonly raw: Buffer;
  readonly principal: Principal;
  /** The sender says that each line is a body of its own. */
  readonly asLines?: boolean;
};

export type FlatReceipt =
  | Exclude<BodyReceipt, { kind: 'failed' }>
  | { readonly kind: 'too_many' }
  /** Of several bodies, in their order. */
  | { readonly kind: 'batch'; readonly receipts: readonly BodyReceipt[] };

type Deps = {
  readonly acceptOnce: (drafts: readonly EventDraft[]) => Promise<readonly Acceptance[]>;
  readonly now: () => number;
  readonly retentionDays: number;
};

export type ReceiveFlatBody = (delivery: FlatDelivery) => Promise<FlatReceipt>;

/**
 * In: a flat body under a verified key, or a batch of them. Out: each is one event on `biometric.events`. Accepted means
 * durable. Throws a transient error when nothing durable can be reached.
 */
export function createReceiveFlatBody({ acceptOnce, now, retentionDays }: Deps): ReceiveFlatBody {
  return async function receiveFlatBody({ source, raw, principal, asLines = false }) {
    const body = splitBatch(raw, { asLines });
    if (body.kind === 'malformed' || body.kind === 'too_many') return body;

    const context = { source, arrivalMs: now(), retentionDays };
    const elements = body.kind === 'one' ? [body.element] : body.elements;
    const interpreted = elements.map((element) => checked(interpretBody(element, context), principal));
    const drafts = interpreted.filter((one) => one.kind === 'event');
    const acceptances = await acceptOnce(drafts);
    const outcomes = new Map(drafts.map((draft, index) => [draft, acceptances[index]]));
    const receipts = interpreted.map((one) =>
      one.kind === 'event' ? receiptOf(one, outcomes.get(one)) : one,
    );
    return body.kind === 'batch' ? batchReceipt(receipts) : single(receipts[0]);
  };
}

type Checked = InterpretedBody | { readonly kind: 'forbidden'; readonly missing?: DeclarationScope };

function checked(body: InterpretedBody, principal: Principal): Checked {
  if (body.kind !== 'event') return body;
  if (!mayAccess(principal, body.event.user_id)) return { kind: 'forbidden' };
  const needed = declarationScope(body.event);
  return needed === undefined || hasScope(principal, needed) ? body : { kind: 'forbidden', missing: needed };
}

function receiptOf({ event, readings }: EventDraft, outcome: Acceptance | undefined): BodyReceipt {
  if (outcome === undefined) throw new Error('An event has no outcome.');
  if (outcome.kind === 'failed') return outcome;
  return { kind: outcome.kind, eventId: event.event_id, ...(readings !== undefined && { readings }) };
}

function single(receipt: BodyReceipt | undefined): FlatReceipt {
  if (receipt === undefined) return { kind: 'malformed' };
  if (receipt.kind === 'failed') throw receipt.error;
  return receipt;
}

/** A batch of which nothing is durable, for a fault that may pass, fails as a whole: the sender sends it again. */
function batchReceipt(receipts: readonly BodyReceipt[]): FlatReceipt {
  const failed = receipts.find(({ kind }) => kind === 'failed');
  if (failed?.kind === 'failed' && !receipts.some(isDurable)) throw failed.error;
  return { kind: 'batch', receipts };
}
