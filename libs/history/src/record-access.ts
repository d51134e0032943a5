import type { Principal } from '@bridge/auth';

/** Writes who looked at whose data. It rejects when it can't, and then nothing may be shown. */
export type RecordAccess = (access: {
  readonly principal: Principal;
  readonly type: 'read' | 'list';
  /** Where the data comes from. */
  readonly table: string;
  readonly subjectIds: readonly string[];
}) => Promise<void>;
