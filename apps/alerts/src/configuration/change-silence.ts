import type { AlertMatch, SilenceBody } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import { changed, type ChangeOutcome } from './domain/change-outcome.ts';
import type { Silence } from './domain/configuration-snapshot.ts';
import { namedUserIds } from './named-persons.ts';
import { planSilence } from './domain/silence-times.ts';
import { groupNames } from './rows/group-rows.ts';
import type { ChangeConfiguration } from './rows/revision-rows.ts';
import { countSilences, endSilence, insertSilence } from './rows/silence-rows.ts';

/** Active or pending: each is compared with alerts, and kept in memory. */
const mostSilences = 20_000;

export type ChangeSilence = {
  begin(body: SilenceBody, author: string): Promise<ChangeOutcome<Silence>>;
  /** The row stays, as history. */
  end(silence: Pick<Silence, 'silenceId' | 'match'>): Promise<void>;
};

/** Whom a silence may concern. */
export type SilenceConcern = {
  readonly match: AlertMatch;
  /** Persons who are named in full; undefined: whom else it concerns, `match` says. */
  readonly subjectIds: readonly string[] | undefined;
};

/** Makes the notifications of persons due whose alerts a silence may hold, or has held. */
export type MakeConcernedDue = (query: Query, concern: SilenceConcern) => Promise<void>;

export function createChangeSilence(deps: {
  readonly vault: Vault;
  readonly changeConfiguration: ChangeConfiguration;
  readonly makeConcernedDue: MakeConcernedDue;
  readonly now: () => number;
  readonly newId: () => string;
}): ChangeSilence {
  const { vault, changeConfiguration, makeConcernedDue } = deps;

  /** Read before the transaction: inside it, the vault would take a second connection. */
  async function concernOf(match: AlertMatch): Promise<SilenceConcern> {
    const named = namedUserIds(match);
    if (match.user_id === undefined || named.length < match.user_id.length)
      return { match, subjectIds: undefined };
    const people = await vault.find(named);
    return { match, subjectIds: [...people.values()].map(({ subjectId }) => subjectId) };
  }

  return {
    async begin(body, author) {
      await vault.serviceKey();
      const concern = await concernOf(body.match);
      const change = async (query: Query): Promise<ChangeOutcome<Silence>> => {
        const now = deps.now();
        const plan = planSilence(body, { now, groups: await groupNames(query) });
        if (plan.kind === 'invalid') return plan;
        if ((await countSilences(query, now)) >= mostSilences)
          return { kind: 'conflict', detail: `There are ${mostSilences} silences already; end some first.` };
        const { match, comment } = body;
        const silence = { silenceId: deps.newId(), match, comment, author, createdAt: now, ...plan.times };
        await insertSilence({ query, vault }, silence);
        return changed(silence);
      };
      return changeConfiguration(change, (query) => makeConcernedDue(query, concern));
    },
    async end({ silenceId, match }) {
      const concern = await concernOf(match);
      const change = async (query: Query): Promise<ChangeOutcome<undefined>> => {
        await endSilence(query, silenceId, deps.now());
        return changed(undefined);
      };
      await changeConfiguration(change, (query) => makeConcernedDue(query, concern));
    },
  };
}
