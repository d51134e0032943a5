import { createDocuments, type Documents } from './change-documents.ts';
import { createCourier, type Courier, type Target } from './notices/courier.ts';
import type { Notice } from './notices/notice.ts';
import type { Side } from './side.ts';

/** A vendor's parts, put together. */
export type VendorParts = { readonly side: Side; readonly documents: Documents; readonly courier: Courier };

export function assemble(
  side: Side,
  timers: Set<NodeJS.Timeout>,
  targetsOf: (notice: Notice) => readonly Target[],
): VendorParts {
  const courier = createCourier(side, (notice) =>
    side.consents.isOver(notice.account) ? [] : targetsOf(notice),
  );
  const later = (ms: number, run: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };
  return { side, courier, documents: createDocuments({ side, send: courier.send, later }) };
}
