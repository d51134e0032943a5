import type { Statement } from '@bridge/postgres';
import { sealWith, type LiveSubject } from '@bridge/vault';

export type FeedbackWrite = {
  readonly alertId: string;
  readonly kind: string;
  readonly useful: boolean;
  readonly comment: string | undefined;
  readonly by: string;
  readonly at: number;
  readonly person: LiveSubject;
};

/** The last word of each author counts. */
export function writeFeedback({ alertId, kind, useful, comment, by, at, person }: FeedbackWrite): Statement {
  const { key, subjectId } = person;
  const place = { table: 'alerts.feedback', column: 'comment', row: `${alertId}/${by}`, subject: subjectId };
  return {
    name: 'write-feedback',
    text: `insert into alerts.feedback (alert_id, author, subject_id, kind, useful, at, comment)
           values ($1, $2, $3, $4, $5, to_timestamp($6 / 1000.0), $7)
           on conflict (alert_id, author) do update
             set useful = excluded.useful, at = excluded.at, comment = excluded.comment`,
    values: [
      Buffer.from(alertId, 'hex'),
      by,
      subjectId,
      kind,
      useful,
      at,
      comment === undefined ? null : sealWith(key, comment, place),
    ],
  };
}
