import { drop, type Outcome } from '@bridge/core';
import {
  headerText,
  signatureHeader,
  type Codec,
  type IncomingMessage,
  type MessageSigner,
} from '@bridge/kafka';
import { readFrames, type FrameContent } from '../domain/read-frame.ts';

/** What a message shows, in the order of its items. */
export type ReadItems = (message: IncomingMessage) => Promise<readonly Outcome<FrameContent>[]>;

type Deps = {
  /** What each topic shows. */
  readonly kinds: ReadonlyMap<string, FrameContent['kind']>;
  readonly codec: Pick<Codec, 'decode'>;
  readonly signer: Pick<MessageSigner, 'verify'>;
  readonly retentionDays: number;
};

/** Reads messages as cognition does. */
export function createReadItems({ kinds, codec, signer, retentionDays }: Deps): ReadItems {
  return async function readItems(message) {
    const { topic, key, value, headers, brokerTime } = message;
    const kind = kinds.get(topic);
    const decoded = await codec.decode(value);
    if (decoded.kind !== 'ok') return [decoded];
    if (kind === undefined || value === null) return [drop('unknown_topic')];
    const trusted = signer.verify({ topic, key, value }, headerText(headers, signatureHeader));
    return readFrames(kind, { body: decoded.value, raw: value, brokerTime, trusted, retentionDays });
  };
}
