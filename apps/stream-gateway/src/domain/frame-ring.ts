import { isBelow, reaches, type OffsetVector, type Place } from './offset-vector.ts';
import { accepts, type FrameFacts, type StreamFilter } from './stream-filter.ts';

/** A frame that was sent, with its place among the partitions. */
export type SentFrame = FrameFacts & {
  /** Of the event, transition, alert change or insight; the same however often it repeats. */
  readonly id: string;
  readonly bytes: Buffer;
  /** Where the bytes go on behind the line with the id of the frame. */
  readonly bodyStart: number;
  readonly place: Place;
  /** The position behind it. */
  readonly next: number;
};

/** The latest frames, for subscribers who come back. */
export type FrameRing = {
  push(frame: SentFrame): void;
  /** True if every frame from these positions on is still here, or was never made. */
  covers(from: OffsetVector): boolean;
  /** Frames from these positions on that the filter accepts, in the order in which they were sent. */
  since(from: OffsetVector, filter: StreamFilter): SentFrame[];
  /** Partitions were added; nothing of them was read. */
  grow(next: OffsetVector): void;
};

export type RingLimits = { readonly frames: number; readonly bytes: number };

/** A frame and the next one of the same person, so that who follows one person looks at that person's frames only. */
type Link = { readonly frame: SentFrame; readonly nr: number; next?: Link };
type Chain = { first: Link; last: Link };

/** @param start Where reading began: what lies before was never seen here. */
export function createFrameRing(start: OffsetVector, limits: RingLimits): FrameRing {
  const slots = new Array<Link | undefined>(limits.frames);
  const chains = new Map<string, Chain>();
  const floor = start.map((positions) => [...positions]);
  let first = 0;
  let count = 0;
  let bytes = 0;
  let pushed = 0;

  function dropOldest(): void {
    const oldest = slots[first];
    if (oldest === undefined) return;
    slots[first] = undefined;
    first = (first + 1) % limits.frames;
    count -= 1;
    const { place, next, userId, bytes: dropped } = oldest.frame;
    bytes -= dropped.length;
    (floor[place.topic] ??= [])[place.partition] = next;
    const chain = chains.get(userId);
    if (oldest.next === undefined) chains.delete(userId);
    else if (chain) chain.first = oldest.next;
  }

  function* all(): Iterable<SentFrame> {
    for (let index = 0; index < count; index += 1) {
      const link = slots[(first + index) % limits.frames];
      if (link !== undefined) yield link.frame;
    }
  }

  function ofUsers(users: ReadonlySet<string>): SentFrame[] {
    const links: Link[] = [];
    for (const user of users) {
      for (let link = chains.get(user)?.first; link !== undefined; link = link.next) links.push(link);
    }
    if (users.size > 1) links.sort((a, b) => a.nr - b.nr);
    return links.map(({ frame }) => frame);
  }

  return {
    push(frame) {
      while (count > 0 && (count === limits.frames || bytes + frame.bytes.length > limits.bytes))
        dropOldest();
      const link: Link = { frame, nr: pushed };
      slots[(first + count) % limits.frames] = link;
      pushed += 1;
      count += 1;
      bytes += frame.bytes.length;
      const chain = chains.get(frame.userId);
      if (chain === undefined) chains.set(frame.userId, { first: link, last: link });
      else chain.last = chain.last.next = link;
    },
    covers: (from) => reaches(from, floor),
    since(from, filter) {
      const frames = filter.users === undefined ? [...all()] : ofUsers(filter.users);
      return frames.filter((frame) => !isBelow(frame.place, from) && accepts(filter, frame));
    },
    grow(next) {
      next.forEach((positions, topic) =>
        positions.forEach((position, partition) => ((floor[topic] ??= [])[partition] ??= position)),
      );
    },
  };
}
