/** A text in the store: its first block, and its bytes. */
export type StoredText = { readonly first: number; readonly bytes: number };

export type BlockStore = {
  /** Undefined: there is no room for it. */
  readonly put: (text: string) => StoredText | undefined;
  readonly read: (stored: StoredText) => string;
  /** Its room becomes free; it must not be read any more. */
  readonly release: (stored: StoredText) => void;
  readonly clear: () => void;
};

const blockBytes = 256;
const blocksInSlab = 16_384;
const none = -1;

/**
 * Texts of any length outside the JavaScript heap, in at most so many bytes. Each is a chain of blocks of one size, so
 * nothing is ever moved, and room that became free fits every text. Slabs of blocks are allocated when they are needed
 * and kept.
 */
export function createBlockStore(maxBytes: number): BlockStore {
  const mostBlocks = Math.floor(maxBytes / blockBytes);
  const slabs: Buffer[] = [];
  /** Of a text's block the next one; of a free block the next free one. */
  const next = new Int32Array(mostBlocks);
  let scratch = Buffer.allocUnsafe(16 * blockBytes);
  let firstFree = none;
  /** Blocks from here on were never used. */
  let fresh = 0;
  let freeBlocks = mostBlocks;

  function scratchOf(bytes: number): Buffer {
    if (scratch.length < bytes) scratch = Buffer.allocUnsafe(2 * bytes);
    return scratch;
  }

  function slabOf(block: number): Buffer {
    const index = Math.floor(block / blocksInSlab);
    const size = Math.min(blocksInSlab, mostBlocks - index * blocksInSlab) * blockBytes;
    return (slabs[index] ??= Buffer.allocUnsafeSlow(size));
  }

  function takeBlock(): number {
    freeBlocks -= 1;
    if (firstFree === none) return fresh++;
    const block = firstFree;
    firstFree = next[block] as number;
    return block;
  }

  return {
    put: (text) => {
      // A character has at most three bytes for each of its UTF-16 units.
      const from = scratchOf(3 * text.length);
      const bytes = from.write(text);
      if (Math.max(1, Math.ceil(bytes / blockBytes)) > freeBlocks) return undefined;
      const first = takeBlock();
      let block = first;
      for (let at = 0; ;) {
        const target = (block % blocksInSlab) * blockBytes;
        from.copy(slabOf(block), target, at, Math.min(at + blockBytes, bytes));
        at += blockBytes;
        if (at >= bytes) break;
        const following = takeBlock();
        next[block] = following;
        block = following;
      }
      next[block] = none;
      return { first, bytes };
    },
    read: ({ first, bytes }) => {
      const into = scratchOf(bytes);
      let block = first;
      for (let at = 0; at < bytes; at += blockBytes) {
        const source = (block % blocksInSlab) * blockBytes;
        slabOf(block).copy(into, at, source, source + Math.min(blockBytes, bytes - at));
        block = next[block] as number;
      }
      return into.toString('utf8', 0, bytes);
    },
    release: ({ first }) => {
      for (let block = first; block !== none;) {
        const following = next[block] as number;
        next[block] = firstFree;
        firstFree = block;
        freeBlocks += 1;
        block = following;
      }
    },
    clear: () => {
      firstFree = none;
      fresh = 0;
      freeBlocks = mostBlocks;
    },
  };
}
