import type { DataKey } from './data-key.ts';

/** A person as the database knows them. `subjectId` is random and reveals nothing about the person. */
export type Subject = LiveSubject | ErasedSubject;

export type LiveSubject = {
  readonly erased: false;
  readonly subjectId: string;
  readonly userId: string;
  /** The person's own key. Never stored, logged or sent. */
  readonly key: DataKey;
};

/** The key is gone: nothing of this person can be unsealed, and nothing sealed for them. */
export type ErasedSubject = {
  readonly erased: true;
  readonly subjectId: string;
  /** Known only where the caller named the person. */
  readonly userId: string | undefined;
};

/** The owner of values sealed with the service key, where no person is known. */
export const serviceSubject = 'service';
