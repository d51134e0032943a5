import type { Archive } from '@bridge/decision-store';

/** Where stored decisions are read. */
export type ExplainArchive = Pick<Archive, 'query' | 'vault' | 'kept'> & {
  /** The caller notes who looks; otherwise the database's user is noted. */
  readonly isNoted?: boolean;
};
