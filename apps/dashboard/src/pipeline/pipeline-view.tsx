import { useEffect } from 'preact/hooks';
import { read } from '../api/request.ts';
import { useResource } from '../api/use-resource.ts';
import { shownNumber, span } from '../format/value.ts';
import { Loaded } from '../parts/notices.tsx';
import { Table } from '../parts/table.tsx';
import { Ago } from '../parts/time.tsx';
import { capital, plain, say } from '../words/say.ts';
import { deadLetterWords } from '../words/words.ts';
import { lagByConsumer, type Pipeline } from './pipeline-shapes.ts';
import './pipeline.css';

const everyMs = 5_000;

/** Whether everything that comes in is decided and delivered. */
export function PipelineView() {
  const pipeline = useResource<Pipeline>('pipeline', (signal) => read('/pipeline', signal));
  const { reload } = pipeline;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [reload]);
  return (
    <div class="pipeline-page">
      <h1>Pipeline</h1>
      <Loaded resource={pipeline} of="the state of the pipeline">
        {(value) => (
          <>
            <Figures pipeline={value} />
            <LagTable pipeline={value} />
            <DeadLetters pipeline={value} />
            <Waiting pipeline={value} />
          </>
        )}
      </Loaded>
    </div>
  );
}

type PartProps = { readonly pipeline: Pipeline };

function Figures({ pipeline: { rates, services, topics } }: PartProps) {
  const known = topics.flatMap(({ lag }) => lag ?? []);
  const lag = known.reduce((sum, one) => sum + one, 0);
  return (
    <>
      <dl class="figures">
        <Figure label="Events a minute" value={rates.events_per_minute} />
        <Figure label="Decisions a minute" value={rates.decisions_per_minute} />
        <Figure label="Messages not yet read" value={known.length === topics.length ? lag : null} />
      </dl>
      <ul class="services" aria-label="Services">
        {services.map(({ name, status }) => (
          <li key={name} data-status={status}>
            <strong>{name}</strong> {plain(status)}
          </li>
        ))}
      </ul>
    </>
  );
}

function Figure({ label, value }: { readonly label: string; readonly value: number | null }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value === null ? 'not known' : shownNumber(Math.round(value))}</dd>
    </div>
  );
}

function LagTable({ pipeline: { topics } }: PartProps) {
  return (
    <section aria-labelledby="lag-title">
      <h2 id="lag-title">Lag</h2>
      {topics.length === 0 && <p class="notice">No consumer is known yet.</p>}
      {topics.length > 0 && (
        <Table caption="Messages that each consumer has not read yet" columns={['Consumer', 'Topic', 'Lag']}>
          {lagByConsumer(topics).map(({ consumer, topic, lag }) => (
            <tr key={`${consumer} ${topic}`}>
              <th scope="row">{consumer}</th>
              <td>{topic}</td>
              <td class="number">{lag === undefined ? 'not known' : shownNumber(lag)}</td>
            </tr>
          ))}
        </Table>
      )}
      {topics.length > 0 && (
        <details>
          <summary>By partition</summary>
          <Table
            caption="Positions by partition"
            columns={['Topic', 'Partition', 'Consumer', 'Next', 'End', 'Lag']}
          >
            {topics.map(({ topic, partition, consumer, next_offset, end_offset, lag }) => (
              <tr key={`${topic} ${partition} ${consumer}`}>
                <td>{topic}</td>
                <td class="number">{partition}</td>
                <td>{consumer}</td>
                <td class="number">{next_offset ?? 'not begun'}</td>
                <td class="number">{end_offset ?? 'not known'}</td>
                <td class="number">{lag ?? 'not known'}</td>
              </tr>
            ))}
          </Table>
        </details>
      )}
    </section>
  );
}

function DeadLetters({ pipeline: { dead_letters } }: PartProps) {
  return (
    <section aria-labelledby="dead-title">
      <h2 id="dead-title">Dead letters</h2>
      {dead_letters.length === 0 ? (
        <p class="notice">No message was refused for good.</p>
      ) : (
        <>
          <Table
            caption="Messages that can never be handled"
            columns={['Why', 'Field at fault', 'Topic', 'Count', 'Newest']}
          >
            {dead_letters.map(({ topic, reason, field, count, newest_at }) => (
              <tr key={`${topic} ${reason} ${field ?? ''}`}>
                <th scope="row">{say(deadLetterWords, reason)}</th>
                <td>{field === undefined ? 'none named' : <code>{field}</code>}</td>
                <td>{topic}</td>
                <td class="number">{count}</td>
                <td>
                  <Ago at={newest_at} />
                </td>
              </tr>
            ))}
          </Table>
          <p class="hint">
            <code>npm run bridge -- dead-letters</code> shows them and publishes them again.
          </p>
        </>
      )}
    </section>
  );
}

function Waiting({ pipeline: { outboxes, jobs } }: PartProps) {
  return (
    <>
      <section aria-labelledby="outbox-title">
        <h2 id="outbox-title">Outboxes</h2>
        <Table
          caption="Messages stored and not yet published"
          columns={['Service', 'Waiting', 'Parked', 'Oldest']}
        >
          {outboxes.map(({ service, pending, parked, oldest_seconds }) => (
            <tr key={service} data-alarm={parked > 0 ? 'true' : undefined}>
              <th scope="row">{service}</th>
              <td class="number">{pending}</td>
              <td class="number">{parked}</td>
              <td>{oldest_seconds === null ? '–' : span(oldest_seconds)}</td>
            </tr>
          ))}
        </Table>
      </section>
      <section aria-labelledby="jobs-title">
        <h2 id="jobs-title">Jobs</h2>
        {jobs.length === 0 ? (
          <p class="notice">No job waits.</p>
        ) : (
          <Table caption="Work that waits" columns={['Job', 'Waiting', 'Failing', 'Oldest']}>
            {jobs.map(({ name, pending, failing, oldest_seconds }) => (
              <tr key={name} data-alarm={failing > 0 ? 'true' : undefined}>
                <th scope="row">{capital(plain(name))}</th>
                <td class="number">{pending}</td>
                <td class="number">{failing}</td>
                <td>{oldest_seconds === null ? '–' : span(oldest_seconds)}</td>
              </tr>
            ))}
          </Table>
        )}
      </section>
    </>
  );
}
