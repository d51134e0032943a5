import { onTestFinished } from 'vitest';
import type { IncomingMessage } from '../src/message.ts';
import { tailTopics, type KafkaConnection } from '../src/index.ts';
import { silentLog } from './broker.ts';

/** Follows a topic from its beginning; `first(n)` resolves with its first n messages. */
export async function follow(kafka: KafkaConnection, topic: string) {
  const messages: IncomingMessage[] = [];
  let arrived = Promise.withResolvers<undefined>();
  const tail = await tailTopics({
    kafka,
    topics: [topic],
    from: { backMessages: Number.MAX_SAFE_INTEGER },
    onMessage: (message) => {
      messages.push(message);
      arrived.resolve(undefined);
      arrived = Promise.withResolvers();
    },
    onCrash: (error) => {
      throw error;
    },
    log: silentLog,
  });
  onTestFinished(() => tail.close());
  return {
    messages,
    async first(count: number): Promise<readonly IncomingMessage[]> {
      while (messages.length < count) await arrived.promise;
      return messages.slice(0, count);
    },
  };
}

/** Messages' values as text. */
export function texts(messages: readonly IncomingMessage[]): string[] {
  return messages.map(({ value }) => value?.toString() ?? '(no value)');
}
