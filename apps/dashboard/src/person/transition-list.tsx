import type { ModeTransition } from '@bridge/contracts';
import { useState } from 'preact/hooks';
import { ModeBadge } from '../parts/badges.tsx';
import { Moment } from '../parts/time.tsx';
import { reasonLabel } from '../words/say.ts';

type ListProps = {
  readonly transitions: readonly ModeTransition[];
  readonly zone: string;
  readonly onExplain: (transition: ModeTransition) => void;
};

const shownAtFirst = 10;

export function TransitionList({ transitions, zone, onExplain }: ListProps) {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? transitions : transitions.slice(0, shownAtFirst);
  return (
    <section aria-labelledby="switches-title">
      <h3 id="switches-title">Switches</h3>
      {transitions.length === 0 && <p class="notice">No switch in this time.</p>}
      <ol class="switches">
        {shown.map((transition) => (
          <li key={transition.transition_id} data-transition={transition.transition_id}>
            <ModeBadge mode={transition.to} />
            <span>
              {transition.summary ?? reasonLabel(transition.reason)}
              <small>
                <Moment at={transition.at} zone={zone} />
              </small>
            </span>
            <button type="button" onClick={() => onExplain(transition)}>
              Explain
            </button>
          </li>
        ))}
      </ol>
      {!isAll && transitions.length > shownAtFirst && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {transitions.length} switches
        </button>
      )}
    </section>
  );
}
