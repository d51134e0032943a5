import { readFileSync } from 'node:fs';

/** A message as the alert inbox of `npm start` keeps it, in the form of ntfy's answers. */
export type InboxMessage = {
  readonly id: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly event: 'message';
  readonly topic: string;
  readonly message: string;
  readonly title?: string | undefined;
  /** 1 to 5; absent: 3. */
  readonly priority?: number | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly click?: string | undefined;
  readonly actions?: readonly InboxAction[] | undefined;
  /** A later message with the same one takes its place. */
  readonly sequence_id?: string | undefined;
};

type InboxAction = {
  readonly action: string;
  readonly label: string;
  readonly url?: string | undefined;
};

/** Reads the messages, oldest first; none without a file. A line that a crash cut off is left out. */
export function readInbox(file: string): InboxMessage[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap(messageOf);
}

function messageOf(line: string): InboxMessage[] {
  try {
    return [JSON.parse(line) as InboxMessage];
  } catch {
    return [];
  }
}
