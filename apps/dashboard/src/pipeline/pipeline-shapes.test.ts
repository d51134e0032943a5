import { expect, test } from 'vitest';
import { lagByConsumer, type TopicLag } from './pipeline-shapes.ts';

const partition = (given: Partial<TopicLag>): TopicLag => ({
  topic: 'biometric.events',
  partition: 0,
  consumer: 'cognition',
  next_offset: 1,
  end_offset: 2,
  lag: 1,
  ...given,
});

test('lag is summed over partitions, the worst first, and unknown where a part is unknown', () => {
  const topics = [
    partition({ lag: 2 }),
    partition({ partition: 1, lag: 3 }),
    partition({ consumer: 'alerts', lag: 9 }),
    partition({ consumer: 'gateway', lag: 1 }),
    partition({ consumer: 'gateway', partition: 1, lag: null }),
  ];
  expect(lagByConsumer(topics).map(({ consumer, lag }) => [consumer, lag])).toEqual([
    ['gateway', undefined],
    ['alerts', 9],
    ['cognition', 5],
  ]);
});
