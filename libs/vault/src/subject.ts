import type { DataKey } from './data-key.ts';

/** A person as the database knows them. `subjectId` is random and says nothing about who it is. */
export type Subject = LiveSubject | ErasedSubject;

export type LiveSubject = {
  readonly erased: false;
  readonly subjectId: string;
  readonly userId: string;
  /** The person's own key. Never stored, logged or sent. */
  readonly key: DataKey;
};

/** The key is gone, so nothing of this person opens any more and nothing can be sealed for them. */
export type ErasedSubject = {
  readonly erased: true;
  readonly subjectId: string;
  /** Known only where the caller named the person. */
  readonly userId: string | undefined;
};

/** Owner of what is sealed with the service key, where no person is known. */
export const serviceSubject = 'service';
