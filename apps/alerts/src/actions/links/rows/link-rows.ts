import { severities } from '@bridge/contracts';
import {
  milliseconds,
  byteaArray,
  textArray,
  timestamptzArray,
  uuidArray,
  type Query,
  type Statement,
} from '@bridge/postgres';
import { sealWith, unsealWith, type LiveSubject, type Vault } from '@bridge/vault';
import type { NoteUnreadable } from '../../../unreadable-rows.ts';
import { answerOf, linkActions, type ActionLink, type NewLink } from '../domain/action-link.ts';

export type LinkWrite = { readonly link: NewLink; readonly person: LiveSubject };

/** Stands in the table instead of the answer, which says how somebody feels. */
const answering = 'answer';

/** Part of the transaction that writes the delivery in which the links stand. The same links again change nothing. */
export function insertLinks(writes: readonly LinkWrite[]): Statement {
  const column = <T>(value: (link: NewLink) => T) => writes.map(({ link }) => value(link));
  return {
    name: 'insert-links',
    text: `insert into alerts.action_links
             (link_id, alert_id, subject_id, action, channel, hypothesis_id, expires_at, answer, firing_since, severity)
           select * from unnest($1::bytea[], $2::bytea[], $3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[],
                                $8::bytea[], $9::timestamptz[], $10::text[])
           on conflict (link_id) do nothing`,
    values: [
      byteaArray(column(({ linkId }) => linkId)),
      byteaArray(column(({ alertId }) => alertId)),
      uuidArray(column(({ subjectId }) => subjectId)),
      textArray(column(({ action }) => (answerOf(action) === undefined ? action : answering))),
      textArray(column(({ channel }) => channel)),
      byteaArray(column(({ hypothesisId }) => hypothesisId)),
      timestamptzArray(column(({ expiresAt }) => expiresAt)),
      byteaArray(writes.map(sealAnswer)),
      timestamptzArray(column(({ sentFor }) => sentFor?.firingSince ?? null)),
      textArray(column(({ sentFor }) => sentFor?.severity ?? null)),
    ],
  };
}

function sealAnswer({ link: { linkId, action }, person }: LinkWrite): Buffer | null {
  if (answerOf(action) === undefined) return null;
  return sealWith(person.key, action, answerPlace(linkId, person.subjectId));
}

function answerPlace(row: string, subject: string) {
  return { table: 'alerts.action_links', column: 'answer', row, subject };
}

type Row = Omit<ActionLink, 'action' | 'sentFor'> & {
  readonly action: string;
  readonly answer: Buffer | null;
  readonly firingSince: number | null;
  readonly severity: string | null;
};

const columns = `encode(link_id, 'hex') "linkId", encode(alert_id, 'hex') "alertId", subject_id "subjectId", action, answer,
  channel, encode(hypothesis_id, 'hex') "hypothesisId", ${milliseconds('expires_at')} "expiresAt",
  ${milliseconds('spent_at')} "spentAt", ${milliseconds('firing_since')} "firingSince", severity`;

type UnsealDeps = { readonly vault: Pick<Vault, 'byId'>; readonly noteUnreadable: NoteUnreadable };
export type LinkReaderDeps = UnsealDeps & { readonly query: Query };

/** Undefined if there is none, or none that can be read any more. */
export async function loadLink(
  { query, ...deps }: LinkReaderDeps,
  linkId: string,
): Promise<ActionLink | undefined> {
  const [row] = await query<Row>(`select ${columns} from alerts.action_links where link_id = $1`, [
    Buffer.from(linkId, 'hex'),
  ]);
  return row && readLink(deps, row);
}

/** The usable answers to the question of a link that were sent with it, one each, in the order of the answers. */
export async function loadAnswers(
  { query, ...deps }: LinkReaderDeps,
  { alertId, channel, hypothesisId }: Pick<ActionLink, 'alertId' | 'channel' | 'hypothesisId'>,
  now: number,
): Promise<ActionLink[]> {
  if (hypothesisId === null) return [];
  const rows = await query<Row>(
    `select ${columns} from alerts.action_links
      where alert_id = $1 and channel = $2 and hypothesis_id = $3 and action = '${answering}' and spent_at is null
        and expires_at > to_timestamp($4 / 1000.0)
      order by expires_at limit 100`,
    [Buffer.from(alertId, 'hex'), channel, Buffer.from(hypothesisId, 'hex'), now],
  );
  const links = await Promise.all(rows.map((row) => readLink(deps, row)));
  // A question that was asked again has newer links.
  const newest = new Map(links.flatMap((link) => (link === undefined ? [] : [[link.action, link] as const])));
  return linkActions.flatMap((action) => newest.get(action) ?? []);
}

async function readLink(deps: UnsealDeps, row: Row): Promise<ActionLink | undefined> {
  const { answer, firingSince, severity, ...link } = row;
  const text = answer === null ? row.action : await unsealAnswer(deps, row, answer);
  if (text === undefined) return undefined;
  const action = linkActions.find((one) => one === text);
  if (action === undefined)
    throw new Error('alerts.action_links holds an action that this version does not know');
  const known = severities.find((one) => one === severity);
  const sentFor = firingSince === null || known === undefined ? null : { firingSince, severity: known };
  return { ...link, action, sentFor };
}

/** Undefined for an erased person, and for a row that is damaged. */
async function unsealAnswer(
  { vault, noteUnreadable }: UnsealDeps,
  { linkId, subjectId }: Row,
  answer: Buffer,
): Promise<string | undefined> {
  const person = (await vault.byId([subjectId])).get(subjectId);
  if (person === undefined || person.erased) return undefined;
  try {
    return unsealWith(person.key, answer, answerPlace(linkId, subjectId)).toString('utf8');
  } catch (error) {
    noteUnreadable('alerts.action_links', linkId, error);
    return undefined;
  }
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
