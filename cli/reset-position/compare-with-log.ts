import type { PartitionLog } from './partition-log.ts';
import type { StoredPosition } from './stored-positions.ts';

export type Comparison = {
  /** Whether the consumer continues from this position. Otherwise it stops and logs the reason. */
  readonly fits: boolean;
  readonly finding: string;
};

/** Predicts the consumer's verdict on its position at the next start; see `openLane` and `admit` in libs/kafka. */
export function compareWithLog(position: StoredPosition, log: PartitionLog | undefined): Comparison {
  const { nextOffset, clusterId, lastOffset, lastTime } = position;
  const no = (finding: string): Comparison => ({ fits: false, finding });
  if (log === undefined) return no('there is no such partition on this broker');
  if (clusterId !== log.clusterId) return no(`belongs to cluster ${clusterId}, this is ${log.clusterId}`);
  if (log.high < nextOffset) return no(`the log ends at ${log.high}: the topic was made anew`);
  if (log.lastTime !== undefined && log.lastTime !== lastTime) {
    return no(`another message stands at ${lastOffset ?? 'its place'}: the topic was made anew`);
  }
  const lost = log.low - nextOffset;
  if (lost > 0)
    return { fits: true, finding: `fits; retention deleted ${lost} messages that were never read` };
  const left = log.high - nextOffset;
  return { fits: true, finding: left === 0 ? 'fits, at the end' : `fits, ${left} to read` };
}
