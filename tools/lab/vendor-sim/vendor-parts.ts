import { createDocumentChanges, type DocumentChanges } from './change-documents.ts';
import { createNoticeSender, type NoticeSender, type Target } from './notices/notice-sender.ts';
import type { Notice } from './notices/notice.ts';
import { createTimers } from './timers.ts';
import type { VendorState } from './vendor-state.ts';

/** One vendor: its state, the changes to its documents, and the notices that it sends. */
export type VendorParts = {
  readonly state: VendorState;
  readonly documents: DocumentChanges;
  readonly noticeSender: NoticeSender;
  readonly close: () => void;
};

/** A vendor sends no notices of a person whose consent has ended. */
export function createVendorParts(
  state: VendorState,
  targetsOf: (notice: Notice) => readonly Target[],
): VendorParts {
  const { later, close } = createTimers();
  const noticeSender = createNoticeSender(state, (notice) =>
    state.consents.isOver(notice.account) ? [] : targetsOf(notice),
  );
  const documents = createDocumentChanges({ state, send: noticeSender.send, later });
  return {
    state,
    noticeSender,
    documents,
    close: () => {
      close();
      noticeSender.close();
    },
  };
}
