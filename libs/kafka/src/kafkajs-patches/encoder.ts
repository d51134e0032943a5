// Named in full, so that a bundle holds the same module that kafkajs itself uses.
import kafkajsEncoder from 'kafkajs/src/protocol/encoder.js';

type Encoder = { buf: Buffer; offset: number; readonly ensureAvailable: (length: number) => void };
type EncoderClass = {
  readonly prototype: {
    ensureAvailable: (this: Encoder, length: number) => void;
    writeUVarInt: (this: Encoder, value: number) => Encoder;
  };
  readonly nextPowerOfTwo: (bytes: number) => number;
};

/** The size that kafkajs asks for when it knows none. */
const kafkajsInitialBytes = 511;
/** V8 keeps a typed array of this size among its objects; a larger one has memory of its own, which costs ten times that. */
const initialBytes = 64;

const patched = Symbol.for('@bridge/kafka: encoders are kept small');

/** Of 32 bits, seven in each. */
const longestVarInt = 5;

/**
 * kafkajs takes 512 zeroed bytes for every part that it encodes, so for each header of each message, and zeroes the
 * bytes by which it grows before it writes there; every length goes through an array and a buffer of its own. It has no
 * setting for that, so the three functions that do it are replaced. Bytes behind `offset` are never sent. Done again it changes nothing.
 */
export function patchEncoder(): void {
  const encoder = kafkajsEncoder as EncoderClass;
  if (patched in encoder) return;
  const { nextPowerOfTwo } = encoder;
  Object.assign(encoder, {
    [patched]: true,
    nextPowerOfTwo: (bytes: number) => (bytes === kafkajsInitialBytes ? initialBytes : nextPowerOfTwo(bytes)),
  });
  encoder.prototype.ensureAvailable = function (length) {
    const needed = this.offset + length;
    if (needed <= this.buf.length) return;
    const grown = Buffer.allocUnsafe(nextPowerOfTwo(needed));
    this.buf.copy(grown, 0, 0, this.offset);
    this.buf = grown;
  };
  encoder.prototype.writeUVarInt = function (value) {
    this.ensureAvailable(longestVarInt);
    let rest = value >>> 0;
    for (; rest > 0x7f; rest >>>= 7) this.buf[this.offset++] = (rest & 0x7f) | 0x80;
    this.buf[this.offset++] = rest;
    return this;
  };
}
