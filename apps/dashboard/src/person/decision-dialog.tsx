import type { ExplainedDecision } from '@bridge/contracts';
import { read } from '../api/request.ts';
import { useResource } from '../api/use-resource.ts';
import { shownNumber, valueText } from '../format/value.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Loaded } from '../parts/notices.tsx';
import { Table } from '../parts/table.tsx';
import { Moment } from '../parts/time.tsx';
import { metricLabel, say } from '../words/say.ts';
import { contextWords, ruleWords } from '../words/words.ts';
import { fateWords } from './fate-words.ts';

type DecisionProps = { readonly id: string; readonly zone: string | null; readonly onClose: () => void };

/** Why a decision came out as it did: in sentences, and each value with its threshold. */
export function DecisionDialog({ id, zone, onClose }: DecisionProps) {
  const path = `/decisions/${encodeURIComponent(id)}`;
  const decision = useResource<ExplainedDecision>(path, (signal) => read(path, signal));
  return (
    <Dialog title="Why this was decided" onClose={onClose}>
      <Loaded resource={decision} of="the explanation">
        {(value) => <Explanation decision={value} zone={zone} />}
      </Loaded>
    </Dialog>
  );
}

type Signal = NonNullable<ExplainedDecision['decision']['signals']>[number];

function Explanation({
  decision,
  zone,
}: {
  readonly decision: ExplainedDecision;
  readonly zone: string | null;
}) {
  const { signals = [], recomputed } = decision.decision;
  return (
    <>
      <ul class="sentences" id="sentences">
        {decision.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <p class="hint">
        {decision.identical
          ? 'Decided again just now, with the same result.'
          : recomputed === 'older_policy'
            ? 'An older version of the rules decided this, so it was not decided again.'
            : 'Decided again just now, the result differs.'}
      </p>
      {signals.length > 0 && (
        <Table
          caption="The values and their thresholds"
          columns={['Value', 'Measured', 'Used', 'Compared with']}
        >
          {signals.map((signal) => (
            <tr key={`${signal.metric} ${signal.at} ${signal.value}`}>
              <td>
                {metricLabel(signal.metric)} {valueText(signal.metric, signal.value, '')}
                {signal.context !== 'unknown' && `, ${say(contextWords, signal.context)}`}
              </td>
              <td>
                <Moment at={signal.at} zone={zone} />
              </td>
              <td>{say(fateWords, signal.fate)}</td>
              <td>
                <Comparisons signal={signal} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

function Comparisons({ signal: { comparisons } }: { readonly signal: Signal }) {
  if (comparisons.length === 0) return <>nothing</>;
  return (
    <ul>
      {comparisons.map(({ rule, threshold, beyond, usual, z }) => (
        <li key={rule}>
          {say(ruleWords, rule)}
          {threshold !== undefined && `: threshold ${shownNumber(threshold)}`}
          {beyond !== undefined &&
            `, ${shownNumber(Math.abs(beyond))} ${beyond >= 0 ? 'beyond it' : 'short of it'}`}
          {usual !== undefined && `, usually ${shownNumber(usual)}`}
          {z !== undefined && ` (z ${shownNumber(z)})`}
        </li>
      ))}
    </ul>
  );
}
