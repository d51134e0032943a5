import { retentionDaysSetting, topics } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import type { Archive } from '@bridge/decision-store';
import { countDecidedAgain, explainDecisions, type Explanation } from '@bridge/history';
import { readConfig, type Env } from '@bridge/service-runtime';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { apiKeyHelp, httpUrl } from '../api/api-options.ts';
import { addExamples } from '../examples.ts';
import { wholeNumber } from '../number-options.ts';
import type { Print } from '../run-program.ts';
import { explainByApi } from './explain-by-api.ts';
import { explainMessage, type MessagePlace } from './explain-message.ts';
import { withMessageLog, type MessageLog } from './message-log.ts';
import { withArchive } from './with-archive.ts';

type Options = {
  readonly newest?: number;
  readonly json?: boolean;
  readonly url?: string;
  readonly key?: string;
};

const settings = z.object({ BRIDGE_RETENTION_DAYS: retentionDaysSetting });

/**
 * `explain`: asks the API where BRIDGE_URL or `--url` names it; else it reads POSTGRES_URL or POSTGRES_ADMIN_URL, LANGGRAPH_AES_KEY and BRIDGE_INDEX_KEY; for messages that were not
 * decided also KAFKA_BOOTSTRAP_SERVERS, SCHEMA_REGISTRY_URL and BRIDGE_SIGNING_KEY.
 */
export function explainCommand(env: Env, log: Log, print: Print): Command {
  const command = new Command('explain')
    .description(
      'Explain why a mode switched, why an event left it as it was, or why a message was not decided.',
    )
    .argument('[id]', 'id of a transition or an event: 32 hex digits; or a message: topic/partition/offset')
    .option(
      '--newest <count>',
      'decide the newest transitions again and count the results',
      wholeNumber(1, 9_999_999),
    )
    .option('--json', 'print one line of JSON')
    .option(
      '--url <url>',
      'ask the API at this address instead of the database (default: BRIDGE_URL)',
      httpUrl,
      env['BRIDGE_URL'],
    )
    .option('--key <key>', apiKeyHelp)
    .action(async (id: string | undefined, { newest, json = false, url, key }: Options) => {
      // Wrong use is reported before any setting is read.
      const wanted = newest === undefined ? parseId(id) : undefined;
      if (url !== undefined && url !== '') {
        if (!(await explainByApi({ env, print }, wanted, { url, key, json }))) process.exitCode = 1;
        return;
      }
      await withArchive(env, async (archive) => {
        if (wanted === undefined) {
          const counts = await countDecidedAgain(archive, newest ?? 0, (differing) =>
            print(`transition ${differing} comes out different`),
          );
          print(JSON.stringify(counts));
          if (counts.different > 0) process.exitCode = 1;
          return;
        }
        const retentionDays = readConfig(env, settings).BRIDGE_RETENTION_DAYS;
        const explanations = await explain(archive, wanted, (work) =>
          withMessageLog(env, { log, retentionDays }, work),
        );
        if (json) print(JSON.stringify({ id, findings: explanations.map(({ finding }) => finding) }));
        else print(explanations.map(({ text }) => text).join('\n\n'));
        if (explanations.some(({ isFine }) => !isFine)) process.exitCode = 1;
      });
    });
  return addExamples(
    command,
    'explain 4f0c2a9d1e7b4c63a58d90f2b7e61c34',
    'explain biometric.events/2/41 --json',
    'explain --newest 1000',
    'explain 4f0c2a9d1e7b4c63a58d90f2b7e61c34 --url https://bridge.example.com',
  );
}

export type ExplainedId =
  { readonly kind: 'id'; readonly id: string } | { readonly kind: 'message'; readonly place: MessagePlace };

/** Throws an error that says which ids there are. */
export function parseId(text: string | undefined): ExplainedId {
  if (text === undefined) throw new InvalidArgumentError('Give an id, or --newest <count>.');
  if (/^[0-9a-f]{32}$/.test(text)) return { kind: 'id', id: text };
  const [, topic, partition, offset] = /^(.+)\/(\d{1,9})\/(\d{1,15})$/.exec(text) ?? [];
  if (topic === undefined)
    throw new InvalidArgumentError(
      `"${text}" is no id: an id has 32 hex digits, a message is topic/partition/offset.`,
    );
  if (topic !== topics.events.name)
    throw new InvalidArgumentError(`Only messages of ${topics.events.name} are decided.`);
  return { kind: 'message', place: { partition: Number(partition), offset: Number(offset) } };
}

type WithLog = (work: (log: MessageLog) => Promise<Explanation[]>) => Promise<Explanation[]>;

/** Explains an id. Kafka is asked only for what the tables do not know. */
export async function explain(
  archive: Archive,
  wanted: ExplainedId,
  withLog: WithLog,
): Promise<Explanation[]> {
  if (wanted.kind === 'message') return withLog((log) => explainMessage(archive, log, wanted.place));
  const decided = await explainDecisions(archive, wanted.id);
  if (decided.length > 0) return decided;
  return withLog(async (log) => {
    const explanations: Explanation[] = [];
    for (const origin of await log.find(wanted.id)) {
      const found = parseId(origin);
      if (found.kind === 'message') explanations.push(...(await explainMessage(archive, log, found.place)));
    }
    return explanations.length > 0 ? explanations : [nothingFound(wanted.id)];
  });
}

function nothingFound(id: string): Explanation {
  const because = 'no retained message and no dead letter holds it, and nothing was decided under this id';
  return {
    finding: { kind: 'not_decided', reason: 'unknown_id', because, event_id: id },
    text: `${id} cannot be explained because ${because}.`,
    isFine: false,
  };
}
