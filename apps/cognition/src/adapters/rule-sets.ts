import type { Query } from '@bridge/postgres';
import type { RuleFile } from './rule-file.ts';

/** Keeps the rules under the hash that decisions name, so that each can be recomputed later. */
export async function keepRuleSet(query: Query, { rules, source }: RuleFile): Promise<void> {
  await query(
    `insert into rule_sets (hash, policy_version, source) values ($1, $2, $3) on conflict (hash) do nothing`,
    [Buffer.from(rules.hash, 'hex'), rules.policyVersion, source],
  );
}
