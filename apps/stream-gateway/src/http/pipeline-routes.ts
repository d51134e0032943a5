import { requireAdmin, type RequireScope } from '@bridge/auth';
import { type Express } from 'express';
import { type Pipeline, type ReadPipeline } from '../adapters/pipeline.ts';
import { noParameters, readQuery } from './read-query.ts';

type Deps = { readonly requireScope: RequireScope; readonly readPipeline: ReadPipeline };

/** `GET /pipeline`: how far everything is, without anybody's data. */
export function mountPipeline(app: Express, { requireScope, readPipeline }: Deps): void {
  app.get('/pipeline', ...requireAdmin(requireScope), async (req, res) => {
    if (readQuery(req, res, noParameters) !== undefined) res.json(pipelineDocument(await readPipeline()));
  });
}

function pipelineDocument({ topics, outboxes, deadLetters, jobs, events, decisions, services }: Pipeline) {
  return {
    topics: topics.map(({ topic, partition, consumer, nextOffset, endOffset, lag }) => ({
      topic,
      partition,
      consumer,
      next_offset: nextOffset,
      end_offset: endOffset,
      lag,
    })),
    outboxes: outboxes.map(({ service, pending, parked, oldestSeconds }) => ({
      service,
      pending,
      parked,
      oldest_seconds: oldestSeconds,
    })),
    dead_letters:
      deadLetters?.map(({ topic, reason, field, count, newestAt }) => ({
        topic,
        reason,
        ...(field !== undefined && { field }),
        count,
        newest_at: new Date(newestAt).toISOString(),
      })) ?? null,
    jobs: jobs.map(({ name, pending, failing, oldestSeconds }) => ({
      name,
      pending,
      failing,
      oldest_seconds: oldestSeconds,
    })),
    rates: { events_per_minute: events, decisions_per_minute: decisions },
    services,
  };
}
