import { parseArgs } from 'node:util';
import { CodedError } from '@bridge/core';
import { recompute, type RecomputeResult, describeDecision, describeTransition } from '@bridge/mode-policy';
import {
  connectArchive,
  rebuildState,
  decisionOn,
  newestTransitions,
  noteAccess,
  transitionsNamed,
  type RecordedTransition,
} from '@bridge/decision-store';

// `npm run explain -- <transition or event id>` says why a switch happened, or why an event made none, and decides it again.
// `npm run explain -- --newest 1000` decides the newest ones again and counts the results.
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { newest: { type: 'string' } },
});
const print = (line: string) => process.stdout.write(`${line}\n`);
const archive = connectArchive(process.env);
const { query, vault, kept } = archive;

async function again({ recorded, ruleHash, person }: RecordedTransition): Promise<RecomputeResult> {
  const rules = await kept.byHash(ruleHash).catch((error: unknown) => {
    if (error instanceof CodedError && error.code === 'bad_rules') return undefined;
    throw error;
  });
  return recompute(recorded, person.userId, rules);
}

async function explainOne(id: string): Promise<void> {
  const isId = /^[0-9a-f]{32}$/.test(id);
  const found = isId ? await transitionsNamed(query, vault, id) : [];
  if (found.length === 0 && !(isId && (await explainQuiet(id)))) {
    print(`Nothing was decided under ${id}. An id has 32 hex digits.`);
    process.exitCode = 1;
  }
  for (const one of found) {
    await noteAccess(query, one.person, id);
    const recomputed = await again(one);
    print(describeTransition(one.recorded, recomputed));
    if (recomputed.kind === 'different') process.exitCode = 1;
  }
}

/** An event that switched nothing has no record: everything of its person is decided again, up to it. */
async function explainQuiet(id: string): Promise<boolean> {
  const found = await decisionOn(query, vault, id);
  if (!found) return false;
  await noteAccess(query, found.person, id);
  const rebuilt = await rebuildState(query, kept, found.person, { upTo: found.seq });
  const decision = rebuilt?.lastDecisions.at(-1);
  if (decision) print(describeDecision(decision));
  return decision !== undefined;
}

async function checkNewest(limit: number): Promise<void> {
  const counts: Record<RecomputeResult['kind'], number> = { identical: 0, different: 0, older_policy: 0 };
  for (const one of await newestTransitions(query, vault, limit)) counts[(await again(one)).kind] += 1;
  print(JSON.stringify(counts));
  if (counts.different > 0) process.exitCode = 1;
}

const [id] = positionals;
if (values.newest !== undefined) await checkNewest(Number(values.newest));
else if (id !== undefined) await explainOne(id);
else {
  print('Usage: npm run explain -- <transition or event id>, or npm run explain -- --newest <count>');
  process.exitCode = 2;
}
await archive.close();
