import type { Codec } from './codec.ts';
import { cloudEventHeaders, type CloudEvent } from './headers.ts';
import type { OutgoingMessage } from './message.ts';
import { signatureHeader, type MessageSigner } from './sign-message.ts';

export type MessageDraft = Omit<CloudEvent, 'source'> & {
  readonly topic: string;
  readonly value: unknown;
};

export type MakeMessage = (message: MessageDraft) => OutgoingMessage;

/** Makes messages of one service: framed, keyed by the person, with CloudEvents headers and our signature. */
export function createMessageMaker(deps: {
  readonly codec: Pick<Codec, 'encode'>;
  readonly signer: Pick<MessageSigner, 'sign'>;
  /** The service whose messages these are. */
  readonly source: string;
}): MakeMessage {
  const { codec, signer, source } = deps;
  return function makeMessage({ topic, value: content, ...about }: MessageDraft): OutgoingMessage {
    const value = codec.encode(topic, content);
    const key = about.userId ?? null;
    const headers = {
      ...cloudEventHeaders({ ...about, source }),
      [signatureHeader]: signer.sign({ topic, key, value }),
    };
    return { topic, key, value, headers };
  };
}
