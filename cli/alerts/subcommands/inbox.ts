import { Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { checkout, stackPaths } from '../../local/stack-paths.ts';
import { wholeNumber } from '../../number-options.ts';
import { timeInWords } from '../alert-words.ts';
import type { Surroundings } from '../api-options.ts';
import { readInbox, type InboxMessage } from '../inbox-messages.ts';
import { plainText } from '../../api/table.ts';

type Options = { readonly newest: number; readonly json?: boolean };

/** `alerts inbox`: what the local stack delivered. It reads a file and asks nobody. */
export function inboxCommand({ env, print }: Surroundings): Command {
  const command = new Command('inbox')
    .description('Show the messages that `npm start` delivered to its own inbox, the newest last.')
    .option('--newest <count>', 'at most so many', wholeNumber(1, 1_000), 20)
    .option('--json', 'print one line of JSON')
    .action(({ newest, json = false }: Options) => {
      const { inboxFile } = stackPaths(checkout, env['BRIDGE_STACK_HOME']);
      const messages = standing(readInbox(inboxFile)).slice(-newest);
      if (json) print(JSON.stringify({ messages }));
      else if (messages.length === 0)
        print('The inbox is empty. Alerts of the stack that `npm start` runs come here.');
      else for (const line of messages.flatMap(linesOf)) print(line);
    });
  return addExamples(command, 'alerts inbox', 'alerts inbox --newest 1 --json');
}

/** As on a phone: of messages with one sequence id only the last, where it came. */
function standing(messages: readonly InboxMessage[]): InboxMessage[] {
  const newest = new Map(messages.map((message) => [message.sequence_id ?? message.id, message]));
  return messages.filter((message) => newest.get(message.sequence_id ?? message.id) === message);
}

const priorities = ['', 'min', 'low', 'default', 'high', 'urgent'];

function linesOf({ time, priority, title, message, click, actions = [] }: InboxMessage): string[] {
  const at = timeInWords(new Date(time * 1_000).toISOString());
  const body = title === undefined || title === message ? [] : message.split('\n');
  return [
    plainText(`${at}  ${(priorities[priority ?? 3] ?? '').padEnd(7)}  ${title ?? message}`),
    ...body.filter((line) => line.trim() !== '').map((line) => `  ${plainText(line)}`),
    ...(click === undefined ? [] : [`  Open: ${plainText(click)}`]),
    ...actions.flatMap(({ label, url }) => (url === undefined ? [] : [plainText(`  ${label}: ${url}`)])),
  ];
}
