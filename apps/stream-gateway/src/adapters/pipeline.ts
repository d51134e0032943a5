import { type Component } from '@bridge/core';
import { type LogReader } from '@bridge/kafka';
import { type Query } from '@bridge/postgres';
import { ratePerMinute, withSample, type RateSample } from '../domain/message-rate.ts';
import { createDeadLetterCounts, type CountedDeadLetters } from './dead-letter-counts.ts';
import { createServiceHealth, ownStatus, type ServiceAddress, type ServiceStatus } from './service-health.ts';
import { createTopicLag, type ConsumedTopic, type TopicLag } from './topic-lag.ts';

export type PipelineSettings = {
  readonly consumed: readonly ConsumedTopic[];
  /** Whose dead letters are counted. */
  readonly deadLettered: readonly string[];
  /** The topic whose messages are decided. */
  readonly decided: string;
  readonly services: readonly ServiceAddress[];
};

export type OutboxState = {
  readonly service: string;
  readonly pending: number;
  readonly parked: number;
  readonly oldestSeconds: number | null;
};

export type JobState = {
  readonly name: string;
  readonly pending: number;
  readonly failing: number;
  readonly oldestSeconds: number | null;
};

export type Pipeline = {
  readonly topics: readonly TopicLag[];
  readonly outboxes: readonly OutboxState[];
  /** null while Kafka does not answer. */
  readonly deadLetters: readonly CountedDeadLetters[] | null;
  readonly jobs: readonly JobState[];
  /** Per minute; null while Kafka does not answer. */
  readonly events: number | null;
  readonly decisions: number | null;
  readonly services: readonly ServiceStatus[];
};

/** At most `freshMs` old, whoever asks. */
export type ReadPipeline = () => Promise<Pipeline>;

type Deps = {
  readonly query: Query;
  readonly log: LogReader;
  /** The topics that the broker has. */
  readonly listTopics: () => Promise<readonly string[]>;
  readonly settings: PipelineSettings;
  readonly components: readonly Component[];
  readonly now?: () => number;
};

const freshMs = 2_000;
const minuteMs = 60_000;
const withOutbox = ['webhook-ingest', 'cognition', 'alerts'] as const;

export function createPipeline({ query, settings, components, now = Date.now, ...deps }: Deps): ReadPipeline {
  const log = createTopicReader(deps, now);
  const readTopicLag = createTopicLag({ query, log, consumed: settings.consumed });
  const countDeadLetters = createDeadLetterCounts(log);
  const askServices = createServiceHealth(settings.services);
  let samples: readonly RateSample[] = [];
  let known: { readonly pipeline: Promise<Pipeline>; readonly at: number } | undefined;

  async function rates(topics: readonly TopicLag[]): Promise<Pick<Pipeline, 'events' | 'decisions'>> {
    const decided = topics.filter(({ topic }) => topic === settings.decided);
    samples = withSample(samples, {
      at: now(),
      total: decided.reduce((sum, { nextOffset }) => sum + (nextOffset ?? 0), 0),
    });
    const since = await orNull(log.offsetsSince(settings.decided, now() - minuteMs));
    if (since === null) return { events: null, decisions: ratePerMinute(samples) ?? null };
    const arrivedBefore = (offset: number | null, partition: number) =>
      Math.max(0, (offset ?? 0) - (since.get(partition) ?? Infinity));
    const sum = (offsetOf: (lag: TopicLag) => number | null) =>
      decided.reduce((total, lag) => total + arrivedBefore(offsetOf(lag), lag.partition), 0);
    return {
      events: sum(({ endOffset }) => endOffset),
      // Before there are samples: those decided of the messages of the last minute.
      decisions: ratePerMinute(samples) ?? sum(({ nextOffset }) => nextOffset),
    };
  }

  async function read(): Promise<Pipeline> {
    const [topics, outboxes, jobs, deadLetters, services, own] = await Promise.all([
      readTopicLag(),
      query<OutboxState>(
        'select service, pending, parked, oldest_seconds::float8 "oldestSeconds" from shared.outboxes',
      ),
      query<JobState>('select name, pending, failing, oldest_seconds "oldestSeconds" from shared.jobs()'),
      orNull(countDeadLetters(settings.deadLettered)),
      askServices(),
      ownStatus('stream-gateway', components),
    ]);
    const empty = { pending: 0, parked: 0, oldestSeconds: null };
    return {
      topics,
      outboxes: withOutbox.map(
        (service) => outboxes.find((outbox) => outbox.service === service) ?? { service, ...empty },
      ),
      deadLetters,
      jobs,
      ...(await rates(topics)),
      services: [...services, own],
    };
  }

  return function readPipeline() {
    if (known === undefined || now() - known.at >= freshMs) {
      const asked = { pipeline: read(), at: now() };
      known = asked;
      asked.pipeline.catch(() => {
        if (known === asked) known = undefined;
      });
    }
    return known.pipeline;
  };
}

/** Kafka is away: what PostgreSQL knows is shown without it. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  return asked.catch(() => null);
}

type TopicReader = Pick<LogReader, 'ends' | 'emptyUpTo' | 'offsetsSince' | 'fetch'>;

/**
 * The log of topics that exist. A question about another one would end the connection on which the questions about all the
 * others wait.
 */
function createTopicReader(
  { log, listTopics }: Pick<Deps, 'log' | 'listTopics'>,
  now: () => number,
): TopicReader {
  let known: { readonly names: Promise<readonly string[]>; readonly at: number } | undefined;

  async function expectTopic(topic: string): Promise<void> {
    if (known === undefined || now() - known.at >= freshMs) known = { names: listTopics(), at: now() };
    if (!(await known.names).includes(topic)) throw new Error('The broker has no such topic.');
  }

  return {
    ends: async (topic) => {
      await expectTopic(topic);
      return log.ends(topic);
    },
    offsetsSince: async (topic, time) => {
      await expectTopic(topic);
      return log.offsetsSince(topic, time);
    },
    // Asked after `ends` alone.
    emptyUpTo: (...question) => log.emptyUpTo(...question),
    fetch: (...question) => log.fetch(...question),
  };
}
