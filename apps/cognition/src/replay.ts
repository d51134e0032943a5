import { parseArgs } from 'node:util';
import { compareSwitches, switchesBy, type SwitchLine } from '@bridge/mode-policy';
import {
  connectArchive,
  loadRuleFile,
  unsealEvent,
  noteAccess,
  switchesOf,
  type RuleFile,
} from '@bridge/decision-store';

// `npm run replay -- --user ada --from 2026-11-01 --config other.yaml` shows what changed thresholds would have decided.
// Everything of the person is decided, so that baselines are there; switches from `--from` on are shown.
const { values } = parseArgs({
  options: {
    user: { type: 'string' },
    from: { type: 'string', default: '1970-01-01' },
    config: { type: 'string', default: 'config/neuros.yaml' },
    /** What it is compared with; what really happened unless given. */
    against: { type: 'string' },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);

async function replay(user: string): Promise<void> {
  const would = await loadRuleFile(values.config);
  const other = values.against === undefined ? undefined : await loadRuleFile(values.against);
  const archive = connectArchive(process.env);
  const person = (await archive.vault.find([user])).get(user);
  if (!person || person.erased) {
    print('Nothing is stored of this person.');
    process.exitCode = 1;
  } else {
    const rows = await archive.query<{ eventId: Buffer; payload: Buffer }>(
      'select event_id "eventId", payload from biometric_events where subject_id = $1 order by seq',
      [person.subjectId],
    );
    await noteAccess(archive.query, person, 'replay');
    const events = rows.map(({ eventId, payload }) => unsealEvent(payload, eventId, person));
    const by = (file: RuleFile) => switchesBy(file.rules, events, Date.now());
    const was = other === undefined ? await switchesOf(archive.query, person) : by(other);
    const since = (switches: readonly SwitchLine[]) => switches.filter(({ at }) => at >= values.from);
    const lines = compareSwitches(since(was), since(by(would)));
    for (const line of lines) print(line);
    print(`${events.length} events; ${lines.filter((line) => !line.startsWith('=')).length} differences`);
  }
  await archive.close();
}

if (values.user === undefined) {
  print('Usage: npm run replay -- --user <user_id> [--from <date>] --config <other.yaml>');
  process.exitCode = 2;
} else await replay(values.user);
