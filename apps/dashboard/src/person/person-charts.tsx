import type { Alert, AlertList, ModeTransition, PersonStateDocument, ReadingSeries } from '@bridge/contracts';
import { Fragment } from 'preact';
import { readAllPages, type Pages } from '../api/pages.ts';
import { pathWith, read, type Answer } from '../api/request.ts';
import { useResource, type Resource } from '../api/use-resource.ts';
import { maySee } from '../session/session.ts';
import { chartGroups } from './chart-groups.ts';
import { MetricChart } from './metric-chart.tsx';
import { NightChart } from './night-chart.tsx';
import { type Mark } from './plot.ts';
import { type TimeWindow } from './time-window.ts';

type ChartsProps = {
  readonly userId: string;
  readonly state: PersonStateDocument;
  readonly window: TimeWindow;
  readonly zone: string;
  readonly round: number;
  readonly transitions: readonly ModeTransition[];
};

/** The charts of every group, marked where an alert opened, a mode began or a workout was. */
export function PersonCharts({ userId, state, window, zone, round, transitions }: ChartsProps) {
  const alerts = useAlerts(userId, round);
  const workouts = useWorkouts(userId, window, state);
  const marks = [
    ...(alerts.value?.items ?? []).map(({ opened_at, severity }) => mark(opened_at, severity, false)),
    ...transitions.map(({ at, to }) => mark(at, to, true)),
    ...(workouts.value?.points ?? []).map(({ at }) => mark(at, 'workout', true)),
  ];
  const measured = new Set(state.readings.map(({ metric }) => metric));
  const shared = { userId, window, zone, marks, round };
  return (
    <div class="charts">
      <p class="hint legend">
        <span data-legend="line">median</span> <span data-legend="range">lowest to highest</span>{' '}
        <span data-legend="band">usual band of this person</span> <span data-legend="alert">alert</span>{' '}
        <span data-legend="switch">switch</span> <span data-legend="workout">workout</span>
      </p>
      {chartGroups.map(({ title, metrics }, index) => {
        const own = metrics.filter((metric) => measured.has(metric));
        return (
          <Fragment key={title}>
            <section class="chart-group" aria-label={`${title}: charts`}>
              <h3 class="group-title">{title}</h3>
              {own.length === 0 && <p class="notice">No device measures this.</p>}
              {own.map((metric) => (
                <MetricChart key={metric} metric={metric} {...shared} />
              ))}
            </section>
            {index === 1 && (
              <section class="chart-group" aria-label="Nights: charts">
                <h3 class="group-title">Sleep</h3>
                <NightChart {...shared} />
              </section>
            )}
          </Fragment>
        );
      })}
    </div>
  );
}

function mark(at: string, colour: string, isDashed: boolean): Mark {
  return { at: Date.parse(at) / 1_000, colour, isDashed };
}

/** Of every status: what was open then matters too. */
function useAlerts(userId: string, round: number): Resource<Pages<Alert>> {
  const isAllowed = maySee('alerts');
  return useResource(`alerts of ${userId} ${isAllowed}`, load, round);
  function load(signal: AbortSignal): Promise<Answer<Pages<Alert>>> {
    return isAllowed
      ? readAllPages<AlertList, Alert>({
          path: '/alerts',
          query: { user_id: userId, limit: 500 },
          itemsOf: (page) => page.alerts,
          signal,
        })
      : Promise.resolve({ ok: true, value: { items: [], isComplete: true }, etag: undefined });
  }
}

function useWorkouts(
  userId: string,
  { from, to, key }: TimeWindow,
  state: PersonStateDocument,
): Resource<Pick<ReadingSeries, 'points'>> {
  const metric = 'workout_duration';
  const hasWorkouts = state.readings.some((reading) => reading.metric === metric);
  const path = pathWith(`/users/${encodeURIComponent(userId)}/readings`, {
    metric,
    from,
    to,
    resolution: 'auto',
  });
  return useResource(`workouts ${userId} ${key} ${hasWorkouts}`, load);
  function load(signal: AbortSignal): Promise<Answer<Pick<ReadingSeries, 'points'>>> {
    return hasWorkouts
      ? read<ReadingSeries>(path, signal)
      : Promise.resolve({ ok: true, value: { points: [] }, etag: undefined });
  }
}
