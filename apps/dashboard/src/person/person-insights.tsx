import type { InsightList } from '@bridge/contracts';
import { pathWith, read } from '../api/request.ts';
import { useResource } from '../api/use-resource.ts';
import { Loaded } from '../parts/notices.tsx';
import { Moment } from '../parts/time.tsx';
import { say } from '../words/say.ts';
import { insightWords } from '../words/words.ts';

type InsightsProps = { readonly userId: string; readonly zone: string; readonly round: number };

const shown = 20;

export function PersonInsights({ userId, zone, round }: InsightsProps) {
  const path = pathWith(`/users/${encodeURIComponent(userId)}/insights`, { limit: shown });
  const insights = useResource<InsightList>(path, (signal) => read(path, signal), round);
  return (
    <section aria-labelledby="insights-title">
      <h2 id="insights-title">Latest insights</h2>
      <Loaded resource={insights} of="the insights">
        {(value) =>
          value.insights.length === 0 ? (
            <p class="notice">No insight yet: patterns and trends appear here.</p>
          ) : (
            <ol class="insights">
              {value.insights.map(({ insight_id, kind, summary, at }) => (
                <li key={insight_id}>
                  <strong>{say(insightWords, kind)}</strong> {summary}{' '}
                  <small>
                    <Moment at={at} zone={zone} />
                  </small>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </section>
  );
}
