import { moment, ranges, rangeWords } from '../format/time.ts';
import { Choice } from '../parts/fields.tsx';
import { setQuery } from '../shell/current-route.ts';
import { now } from '../shell/preferences.ts';
import { endAfter, type TimeWindow } from './time-window.ts';

type ControlsProps = { readonly window: TimeWindow; readonly zone: string };

/** How much time the charts show, and which. */
export function TimeControls({ window, zone }: ControlsProps) {
  return (
    <div class="time-controls">
      <Choice
        label="Time shown"
        value={window.range}
        choices={ranges.map((range) => [range, rangeWords[range]] as const)}
        onChange={(range) => setQuery({ range: range === '1d' ? undefined : range })}
      />
      <div class="choice" role="group" aria-label="Move in time">
        <button type="button" onClick={() => setQuery({ to: endAfter(window, -1, now.peek()) })}>
          ← Earlier
        </button>
        <button
          type="button"
          disabled={window.isCurrent}
          onClick={() => setQuery({ to: endAfter(window, 1, now.peek()) })}
        >
          Later →
        </button>
        <button type="button" disabled={window.isCurrent} onClick={() => setQuery({ to: undefined })}>
          Now
        </button>
      </div>
      <p class="hint">
        {moment(window.from, zone)} to {moment(window.to, zone)}, in the zone {zone}
      </p>
    </div>
  );
}
