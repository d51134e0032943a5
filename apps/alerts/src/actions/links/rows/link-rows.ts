import {
  byteaArray,
  textArray,
  timestamptzArray,
  uuidArray,
  type Query,
  type Statement,
} from '@bridge/postgres';
import { linkActions, type ActionLink, type NewLink } from '../domain/action-link.ts';

/** Part of the transaction that writes the delivery in which the links stand. The same links again change nothing. */
export function insertLinks(links: readonly NewLink[]): Statement {
  const column = <T>(value: (link: NewLink) => T) => links.map(value);
  return {
    name: 'insert-links',
    text: `insert into alerts.action_links (link_id, alert_id, subject_id, action, channel, hypothesis_id, expires_at)
           select * from unnest($1::bytea[], $2::bytea[], $3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[])
           on conflict (link_id) do nothing`,
    values: [
      byteaArray(column(({ linkId }) => linkId)),
      byteaArray(column(({ alertId }) => alertId)),
      uuidArray(column(({ subjectId }) => subjectId)),
      textArray(column(({ action }) => action)),
      textArray(column(({ channel }) => channel)),
      byteaArray(column(({ hypothesisId }) => hypothesisId)),
      timestamptzArray(column(({ expiresAt }) => expiresAt)),
    ],
  };
}

type Row = Omit<ActionLink, 'action'> & { readonly action: string };

const milliseconds = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

export async function loadLink(query: Query, linkId: string): Promise<ActionLink | undefined> {
  const [row] = await query<Row>(
    `select encode(link_id, 'hex') "linkId", encode(alert_id, 'hex') "alertId", subject_id "subjectId", action, channel,
            encode(hypothesis_id, 'hex') "hypothesisId", ${milliseconds('expires_at')} "expiresAt",
            ${milliseconds('spent_at')} "spentAt"
       from alerts.action_links where link_id = $1`,
    [Buffer.from(linkId, 'hex')],
  );
  if (row === undefined) return undefined;
  const action = linkActions.find((one) => one === row.action);
  if (action === undefined)
    throw new Error('alerts.action_links holds an action that this version does not know');
  return { ...row, action };
}

/**
 * Spends a link and returns whether this call did; false where it is spent or expired. With the query of the transaction
 * that acts, so that both happen or neither does; a second click waits for the first one's end.
 */
export async function spendLink(query: Query, linkId: string, now: number): Promise<boolean> {
  const spent = await query(
    `update alerts.action_links set spent_at = to_timestamp($2 / 1000.0)
      where link_id = $1 and spent_at is null and expires_at > to_timestamp($2 / 1000.0) returning 1`,
    [Buffer.from(linkId, 'hex'), now],
  );
  return spent.length === 1;
}

const keptAfterExpiryMs = 30 * 86_400_000;
/** Few at a time, so that no lock lasts. */
const pruneStep = 1_000;

/** Deletes some of the links that expired more than 30 days ago. */
export async function pruneLinks(query: Query, now: number): Promise<void> {
  await query(
    `delete from alerts.action_links where link_id in (
       select link_id from alerts.action_links where expires_at < to_timestamp($1 / 1000.0)
        order by expires_at limit $2 for update skip locked)`,
    [now - keptAfterExpiryMs, pruneStep],
  );
}
