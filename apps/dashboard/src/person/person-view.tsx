import type { ModeTransition, PersonStateDocument } from '@bridge/contracts';
import { useMemo, useState } from 'preact/hooks';
import { read } from '../api/request.ts';
import { useResource } from '../api/use-resource.ts';
import { isZone } from '../format/time.ts';
import { useHappenings, useInterest } from '../live/live.ts';
import { useSoon } from '../live/use-soon.ts';
import { Isolated } from '../parts/badges.tsx';
import { Loaded } from '../parts/notices.tsx';
import { route } from '../shell/current-route.ts';
import { now, viewerZone } from '../shell/preferences.ts';
import { DecisionDialog } from './decision-dialog.tsx';
import { ModeTimeline } from './mode-timeline.tsx';
import { NewestReadings } from './newest-readings.tsx';
import { OpenQuestions } from './open-questions.tsx';
import { PersonCharts } from './person-charts.tsx';
import { PersonInsights } from './person-insights.tsx';
import { PersonSummary } from './person-summary.tsx';
import { TimeControls } from './time-controls.tsx';
import { windowIn } from './time-window.ts';
import { TransitionList } from './transition-list.tsx';
import { useTransitions } from './use-transitions.ts';
import './person.css';

/** One person: why they are in their mode, what is asked, and the history above which the modes stand. */
export function PersonView() {
  const current = route.value;
  if (current.view !== 'person') return null;
  return <Person key={current.userId} userId={current.userId} />;
}

function Person({ userId }: { readonly userId: string }) {
  const path = `/users/${encodeURIComponent(userId)}/state`;
  const state = useResource<PersonStateDocument>(path, (signal) => read(path, signal));
  const [round, setRound] = useState(0);
  useInterest({ events: [userId] });
  const reloadSoon = useSoon(() => {
    state.reload();
    setRound((count) => count + 1);
  });
  useHappenings(({ body }) => {
    if (body.user_id === userId) reloadSoon();
  });
  return (
    <article class="person-page" data-person={userId}>
      <nav aria-label="Way back">
        <a href="#/">Overview</a>
      </nav>
      <h1>
        <Isolated text={userId} />
      </h1>
      <Loaded resource={state} of="this person">
        {(value) => (
          <>
            <PersonSummary state={value} />
            <OpenQuestions userId={userId} hypotheses={value.hypotheses} onAnswered={reloadSoon} />
            <PersonHistory userId={userId} state={value} round={round} />
            <NewestReadings state={value} />
            <PersonInsights userId={userId} zone={zoneOf(value)} round={round} />
          </>
        )}
      </Loaded>
    </article>
  );
}

type HistoryProps = { readonly userId: string; readonly state: PersonStateDocument; readonly round: number };

function PersonHistory({ userId, state, round }: HistoryProps) {
  const { query } = route.value;
  // The end stays while somebody looks, and moves on when newer readings come.
  const window = useMemo(() => windowIn(query, now.peek()), [round, query.toString()]);
  const [explained, setExplained] = useState<ModeTransition>();
  const transitions = useTransitions(userId, window, round);
  const switches = transitions.value?.items ?? [];
  const zone = zoneOf(state);
  return (
    <section class="history" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      <TimeControls window={window} zone={zone} />
      <Loaded resource={transitions} of="the switches">
        {({ items }) => (
          <ModeTimeline
            transitions={items}
            window={window}
            state={state}
            zone={zone}
            onExplain={setExplained}
          />
        )}
      </Loaded>
      <PersonCharts
        userId={userId}
        state={state}
        window={window}
        zone={zone}
        round={round}
        transitions={switches}
      />
      <TransitionList transitions={switches} zone={zone} onExplain={setExplained} />
      {explained !== undefined && (
        <DecisionDialog id={explained.transition_id} zone={zone} onClose={() => setExplained(undefined)} />
      )}
    </section>
  );
}

function zoneOf({ time_zone }: PersonStateDocument): string {
  return time_zone !== null && isZone(time_zone) ? time_zone : viewerZone.value;
}
