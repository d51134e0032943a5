import type { ModeTransition, PersonStateDocument } from '@bridge/contracts';
import { moment } from '../format/time.ts';
import { modeLabel, reasonLabel } from '../words/say.ts';
import { modeSpans, type ModeSpan } from './timeline.ts';
import { type TimeWindow } from './time-window.ts';

type TimelineProps = {
  readonly transitions: readonly ModeTransition[];
  readonly window: TimeWindow;
  readonly state: Pick<PersonStateDocument, 'mode' | 'since'>;
  readonly zone: string;
  readonly onExplain: (transition: ModeTransition) => void;
};

/** The modes above the charts, on the same axis of time. Each switch explains itself on a click. */
export function ModeTimeline({ transitions, window, state, zone, onExplain }: TimelineProps) {
  const from = Date.parse(window.from);
  const to = Date.parse(window.to);
  const spans = modeSpans(transitions, { from, to }, state);
  return (
    <section aria-labelledby="timeline-title">
      <h3 id="timeline-title">Modes</h3>
      <ol class="timeline" aria-label="Modes over time">
        {spans.map((span) => (
          <li
            key={`${span.from} ${span.mode ?? ''}`}
            style={{ left: `${share(span.from)}%`, width: `${share(span.to) - share(span.from)}%` }}
          >
            <SpanPart span={span} zone={zone} onExplain={onExplain} />
          </li>
        ))}
      </ol>
      {spans.length === 0 && <p class="notice">No mode is known of this time.</p>}
    </section>
  );

  function share(at: number): number {
    return ((at - from) / (to - from)) * 100;
  }
}

type PartProps = {
  readonly span: ModeSpan;
  readonly zone: string;
  readonly onExplain: (transition: ModeTransition) => void;
};

function SpanPart({ span: { mode, from, to, transition }, zone, onExplain }: PartProps) {
  const at = (time: number) => moment(new Date(time).toISOString(), zone);
  const text = `${modeLabel(mode)}, ${at(from)} to ${at(to)}`;
  if (transition === undefined) {
    return (
      <span class="span" data-mode={mode ?? 'none'} title={text}>
        <span class="hidden">{text}</span>
      </span>
    );
  }
  const why = transition.summary ?? reasonLabel(transition.reason);
  return (
    <button
      type="button"
      class="span"
      data-mode={mode ?? 'none'}
      title={`${text}: ${why}`}
      aria-label={`${text}: ${why} Explain`}
      onClick={() => onExplain(transition)}
    />
  );
}
