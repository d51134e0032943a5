import type { IncomingMessage } from '@bridge/kafka';
import { originalMessage, type DeadLetter } from './dead-letter.ts';

/** Describes one dead letter in lines. Key, value and headers hold health data and are shown only with `value`. */
export function describeMessage(
  letter: DeadLetter,
  message: IncomingMessage,
  { value: withContents }: { readonly value: boolean },
): string[] {
  const { key, value, headers } = originalMessage(letter, message);
  const bytes = (content: string | Buffer | null) => {
    if (content === null) return 'none';
    return withContents ? readable(Buffer.from(content)) : `${Buffer.byteLength(content)} bytes`;
  };
  return [
    `origin   ${letter.origin}`,
    `now at   ${message.topic}/${message.partition}/${message.offset}`,
    `reason   ${letter.reason}`,
    `attempt  ${letter.attempt}`,
    `time     ${letter.time}`,
    ...Object.entries(headers).flatMap(([name, content]) =>
      [content].flat().map((one) => `header   ${withContents ? `${name}: ` : ''}${bytes(one)}`),
    ),
    `key      ${bytes(key)}`,
    `value    ${bytes(value)}`,
  ];
}

/** Returns text as a JSON string, which shows control characters, and anything that is not UTF-8 as base64. */
function readable(content: Buffer): string {
  const text = content.toString('utf8');
  return Buffer.from(text, 'utf8').equals(content)
    ? JSON.stringify(text)
    : `base64 ${content.toString('base64')}`;
}
