import type { Query } from '@bridge/postgres';
import { policyVersion, requireRecordedRules, type RuleSet } from '@bridge/mode-policy';
import type { RuleFile } from './rule-file.ts';

/** Rules and the short name that rows give them. */
export type ActiveRules = { readonly rules: RuleSet; readonly nr: number };

/** Keeps the rules under the hash that decisions name, so that each can be recomputed later. */
export async function keepRuleSet(query: Query, { rules, source }: RuleFile): Promise<ActiveRules> {
  const hash = Buffer.from(rules.hash, 'hex');
  await query(
    `insert into rule_sets (hash, policy_version, source) values ($1, $2, $3) on conflict (hash) do nothing`,
    [hash, rules.policyVersion, source],
  );
  const [row] = await query<{ nr: number }>('select nr from rule_sets where hash = $1', [hash]);
  if (!row) throw new Error('a rule set vanished');
  return { rules, nr: row.nr };
}

/** Every rule set that this code can decide by, the oldest first. */
export async function keptRuleSets(query: Query): Promise<RuleSet[]> {
  const rows = await query<{ nr: number; source: string }>(
    'select nr, source from rule_sets where policy_version = $1 order by nr',
    [policyVersion],
  );
  return rows.map(({ nr, source }) => requireRecordedRules(source, `rule set ${nr}`));
}

export type KeptRules = {
  readonly byNr: (nr: number) => Promise<RuleSet>;
  readonly byHash: (hash: string) => Promise<RuleSet>;
};

/** Rule sets of the past. One of an older policy version throws `bad_rules`: this code cannot decide by it. */
export function createKeptRules(query: Query): KeptRules {
  const known = new Map<string, Promise<RuleSet>>();
  const load = async (column: 'nr' | 'hash', value: number | Buffer) => {
    const [row] = await query<{ source: string }>(`select source from rule_sets where ${column} = $1`, [
      value,
    ]);
    if (!row) throw new Error('a rule set is not kept');
    return requireRecordedRules(row.source, `rule set ${String(value)}`);
  };
  const once = (key: string, loading: () => Promise<RuleSet>) => {
    const found = known.get(key);
    if (found) return found;
    const loaded = loading().catch((error: unknown) => {
      known.delete(key); // The next caller tries again.
      throw error;
    });
    known.set(key, loaded);
    return loaded;
  };
  return {
    byNr: (nr) => once(`nr ${nr}`, () => load('nr', nr)),
    byHash: (hash) => once(hash, () => load('hash', Buffer.from(hash, 'hex'))),
  };
}
