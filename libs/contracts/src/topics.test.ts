import { describe, expect, it } from 'vitest';
import { registrySubjects } from './registry-subjects.ts';
import { allTopics, deadLetterTopic, topics } from './topics.ts';

describe('the map of topics', () => {
  it('holds every topic with its dead-letter topic', () => {
    expect(
      allTopics().map(({ name, partitions, retentionMs }) => [name, partitions, retentionMs / 86_400_000]),
    ).toEqual([
      ['biometric.events', 3, 7],
      ['biometric.events.dlq', 1, 7],
      ['biometric.transitions', 3, 30],
      ['biometric.transitions.dlq', 1, 7],
      ['biometric.alerts', 1, 30],
      ['biometric.alerts.dlq', 1, 7],
      ['biometric.alert-changes', 1, 30],
      ['biometric.alert-changes.dlq', 1, 7],
      ['biometric.insights', 3, 30],
      ['biometric.insights.dlq', 1, 7],
      ['analysis.requests', 3, 1],
      ['analysis.requests.dlq', 1, 7],
    ]);
  });

  it('gives a dead letter 64 KiB more than its source', () => {
    expect(deadLetterTopic(topics.events).maxBatchBytes - topics.events.maxBatchBytes).toBe(65_536);
  });
});

describe('registry subjects', () => {
  it("leave the default subject of the topic to the partners' clients", () => {
    expect(registrySubjects()[0]).toMatchObject({
      ...{ topic: 'biometric.events', subject: 'bridge.biometric.events-value' },
      partnerSubject: 'biometric.events-value',
    });
  });

  it.each(registrySubjects())('$subject is a closed JSON Schema with its title', ({ topic, schema }) => {
    const { value } = Object.values(topics).find(({ name }) => name === topic) ?? {};
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', title: value });
    expect(JSON.stringify(schema)).toContain('"additionalProperties":false');
  });
});
