import type { SilenceBody } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import { changed, type ChangeOutcome } from './domain/change-outcome.ts';
import type { Silence } from './domain/configuration-snapshot.ts';
import { planSilence } from './domain/silence-times.ts';
import { groupNames } from './rows/group-rows.ts';
import type { ChangeConfiguration } from './rows/revision-rows.ts';
import { countSilences, endSilence, insertSilence } from './rows/silence-rows.ts';

/** Active or pending: each is compared with alerts, and kept in memory. */
const mostSilences = 20_000;

export type ChangeSilence = {
  begin(body: SilenceBody, author: string): Promise<ChangeOutcome<Silence>>;
  /** The row stays, as history. */
  end(silenceId: string): Promise<void>;
};

export function createChangeSilence(deps: {
  readonly vault: Vault;
  readonly changeConfiguration: ChangeConfiguration;
  readonly now: () => number;
  readonly newId: () => string;
}): ChangeSilence {
  const { vault, changeConfiguration } = deps;
  return {
    async begin(body, author) {
      await vault.serviceKey();
      return changeConfiguration<Silence>(async (query: Query) => {
        const now = deps.now();
        const plan = planSilence(body, { now, groups: await groupNames(query) });
        if (plan.kind === 'invalid') return plan;
        if ((await countSilences(query, now)) >= mostSilences)
          return { kind: 'conflict', detail: `There are ${mostSilences} silences already; end some first.` };
        const { match, comment } = body;
        const silence = { silenceId: deps.newId(), match, comment, author, createdAt: now, ...plan.times };
        await insertSilence({ query, vault }, silence);
        return changed(silence);
      });
    },
    async end(silenceId) {
      await changeConfiguration(async (query) => {
        await endSilence(query, silenceId, deps.now());
        return changed(undefined);
      });
    },
  };
}
