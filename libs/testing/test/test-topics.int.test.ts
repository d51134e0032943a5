import { topics } from '@bridge/contracts';
import { expect, test } from 'vitest';
import { createTestTopics } from '../src/index.ts';

test("makes the map's topics and their dead letters under other names, and deletes them", async () => {
  const made = await createTestTopics(['events', 'alerts']);
  const names = [...Object.values(made.names), ...Object.values(made.deadLetters)];
  expect(new Set(names).size).toBe(4);
  expect(made.names.events).toMatch(/^test-[0-9a-f]{12}\.biometric\.events$/);
  expect(made.deadLetters.events).toBe(`${made.names.events}.dlq`);

  const admin = await made.connection.admin();
  const { topics: found } = await admin.fetchTopicMetadata({ topics: names });
  const partitions = Object.fromEntries(found.map((topic) => [topic.name, topic.partitions.length]));
  expect(partitions[made.names.events]).toBe(topics.events.partitions);
  expect(partitions[made.deadLetters.events]).toBe(1);

  await made.close();
  const again = await createTestTopics(['alerts'], { partitions: 2 });
  expect(await (await again.connection.admin()).listTopics()).not.toEqual(
    expect.arrayContaining(names.slice(0, 1)),
  );
  await again.close();
});
