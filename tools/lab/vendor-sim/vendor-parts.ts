import { createDocumentChanges, type DocumentChanges } from './change-documents.ts';
import { createNoticeSender, type NoticeSender, type Target } from './notices/notice-sender.ts';
import type { Notice } from './notices/notice.ts';
import type { VendorState } from './vendor-state.ts';

/** A vendor's parts, put together. */
export type VendorParts = {
  readonly state: VendorState;
  readonly documents: DocumentChanges;
  readonly noticeSender: NoticeSender;
};

export function createVendorParts(
  state: VendorState,
  timers: Set<NodeJS.Timeout>,
  targetsOf: (notice: Notice) => readonly Target[],
): VendorParts {
  const noticeSender = createNoticeSender(state, (notice) =>
    state.consents.isOver(notice.account) ? [] : targetsOf(notice),
  );
  const later = (ms: number, run: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };
  return { state, noticeSender, documents: createDocumentChanges({ state, send: noticeSender.send, later }) };
}
