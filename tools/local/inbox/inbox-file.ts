import { readInbox, type InboxMessage } from '@bridge/cli/alert-inbox';
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';

const keptMessages = 500;
/** The file is rewritten only when it holds this many more, not with every message. */
const surplus = 100;

/** Opens the file of messages, made at the first one. The function that is returned has written when it returns. */
export function openInboxFile(file: string): (message: InboxMessage) => void {
  // A crash can leave half a line at the end, to which the next message would be appended.
  let count = shorten(file);
  return (message) => {
    appendFileSync(file, lineOf(message), { mode: 0o600 });
    count += 1;
    if (count >= keptMessages + surplus) count = shorten(file);
  };
}

/** Leaves the newest messages, and returns their number. */
function shorten(file: string): number {
  const messages = readInbox(file).slice(-keptMessages);
  if (messages.length === 0) return 0;
  writeFileSync(`${file}.part`, messages.map(lineOf).join(''), { mode: 0o600 });
  renameSync(`${file}.part`, file);
  return messages.length;
}

const lineOf = (message: InboxMessage) => `${JSON.stringify(message)}\n`;
