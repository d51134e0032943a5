// Named in full, so that a bundle holds the same module that kafkajs itself uses.
import kafkajsEncoder from 'kafkajs/src/protocol/encoder.js';

type Encoder = { buf: Buffer; readonly offset: number };
type EncoderClass = {
  readonly prototype: { ensureAvailable: (this: Encoder, length: number) => void };
  readonly nextPowerOfTwo: (bytes: number) => number;
};

/** What kafkajs asks for when it knows nothing of the size. */
const kafkajsInitialBytes = 511;
/** V8 keeps a typed array of this size among its objects; a larger one has memory of its own, which costs ten times that. */
const initialBytes = 64;

const kept = Symbol.for('@bridge/kafka: encoders are kept small');

/**
 * kafkajs takes 512 zeroed bytes for every part that it encodes, so for each header of each message, and zeroes what it
 * grows by before it writes there. It has no setting for that, so the two functions that decide it are exchanged. Bytes
 * behind `offset` are never sent. Done again it changes nothing.
 */
export function keepEncodersSmall(): void {
  const encoder = kafkajsEncoder as EncoderClass;
  if (kept in encoder) return;
  const { nextPowerOfTwo } = encoder;
  Object.assign(encoder, {
    [kept]: true,
    nextPowerOfTwo: (bytes: number) => (bytes === kafkajsInitialBytes ? initialBytes : nextPowerOfTwo(bytes)),
  });
  encoder.prototype.ensureAvailable = function (length) {
    const needed = this.offset + length;
    if (needed <= this.buf.length) return;
    const grown = Buffer.allocUnsafe(nextPowerOfTwo(needed));
    this.buf.copy(grown, 0, 0, this.offset);
    this.buf = grown;
  };
}
