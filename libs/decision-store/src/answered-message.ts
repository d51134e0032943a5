import { hypothesisId, type Answer, type Insight } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import { unsealInsight } from './sealed-rows.ts';

type Named = Pick<Answer, 'alert_id' | 'hypothesis_id'>;
type InsightRow = { readonly id: Buffer; readonly insight: Buffer };
type EpisodeRow = { readonly alertId: Buffer; readonly subjectId: string };

/** Questions of others are looked for among so many of the newest alerts. */
const newestAlerts = 100_000;

/**
 * Whose message an answer names, by what is recorded: a state forgets what ended more than an hour ago. Alerts belong to
 * another service; to somebody who may not read them only questions are known.
 * @param before The number of the decision on the answer.
 */
export async function ownerOfMessage(
  query: Query,
  person: LiveSubject,
  answered: Named,
  before: number,
): Promise<'own' | 'of_another_person' | undefined> {
  if (await wasAsked(query, person, answered, before)) return 'own';
  const [may] = await query<{ readonly allowed: boolean }>(
    `select has_schema_privilege('alerts', 'usage') allowed`,
  );
  if (may?.allowed !== true) return undefined;
  const { subjectId } = person;
  const own = await query<EpisodeRow>(
    `select alert_id "alertId", subject_id "subjectId" from alerts.episodes where subject_id = $1`,
    [subjectId],
  );
  if (own.some((row) => isNamed(row, answered))) return 'own';
  const others =
    answered.alert_id === undefined
      ? await query<EpisodeRow>(
          `select alert_id "alertId", subject_id "subjectId" from alerts.episodes
            order by opened_at desc, alert_id desc limit ${newestAlerts}`,
        )
      : await query<EpisodeRow>(
          `select alert_id "alertId", subject_id "subjectId" from alerts.episodes where alert_id = $1`,
          [Buffer.from(answered.alert_id, 'hex')],
        );
  return others.some((row) => isNamed(row, answered)) ? 'of_another_person' : undefined;
}

function isNamed({ alertId }: EpisodeRow, { alert_id, hypothesis_id }: Named): boolean {
  const id = alertId.toString('hex');
  return id === alert_id || hypothesisId(id) === hypothesis_id;
}

/** Each question is an insight of its person. */
async function wasAsked(query: Query, person: LiveSubject, named: Named, before: number): Promise<boolean> {
  const { alert_id, hypothesis_id } = named;
  const question = alert_id === undefined ? hypothesis_id : hypothesisId(alert_id);
  const rows = await query<InsightRow>(
    `select insight_id id, insight from insights where subject_id = $1 and seq < $2 order by seq desc`,
    [person.subjectId, before],
  );
  return rows.some(({ id, insight }) => {
    const read: Insight = unsealInsight(insight, id.toString('hex'), person);
    return read.hypothesis_id === question;
  });
}
