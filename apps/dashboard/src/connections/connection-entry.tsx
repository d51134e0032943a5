import type { ComponentChildren } from 'preact';
import { send } from '../api/request.ts';
import { count } from '../format/value.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Isolated } from '../parts/badges.tsx';
import { Ago, PlainMoment } from '../parts/time.tsx';
import { personLink } from '../shell/route.ts';
import { plain, say } from '../words/say.ts';
import { causeWords, connectionStateWords, sourceWords } from '../words/words.ts';
import { type Connection } from './connection-shapes.ts';

type EntryProps = { readonly connection: Connection; readonly onChanged: () => void };

export function ConnectionEntry({ connection, onChanged }: EntryProps) {
  const { connection_id, user_id, vendor, state, since } = connection;
  const name = `${say(sourceWords, vendor)} of ${user_id}`;
  return (
    <li class="connection-entry" data-connection={connection_id} data-state={state}>
      <header>
        <strong>{say(sourceWords, vendor)}</strong>
        <a href={personLink(user_id)}>
          <Isolated text={user_id} />
        </a>
        <span class="badge state" data-state={state}>
          {say(connectionStateWords, state)}
        </span>
        <span class="hint">
          since <Ago at={since} />
        </span>
      </header>
      <Facts connection={connection} />
      <Silences connection={connection} />
      <div class="actions" role="group" aria-label={`Actions: ${name}`}>
        <a class="button" href={connectPath(vendor, user_id)} aria-label={`Connect again: ${name}`}>
          Connect again
        </a>
        {state === 'active' && (
          <ActionButton
            label={`Fetch what is missing: ${name}`}
            task={() => send('POST', `/connections/${connection_id}/resync`)}
            done="A job looks for what is missing"
            onDone={onChanged}
          >
            Fetch what is missing
          </ActionButton>
        )}
      </div>
    </li>
  );
}

/** The vendor's consent; afterwards the browser comes back here. */
export function connectPath(vendor: string, userId: string): string {
  const query = new URLSearchParams({ user_id: userId, return_to: '/#/connections' });
  return `/connect/${vendor}?${query.toString()}`;
}

function Facts({ connection }: { readonly connection: Connection }) {
  const { last_notice_at, last_document_at, quota_left, waiting_notices, not_before, ends_at } = connection;
  const { next_renewal_at, renewal_failing_since } = connection;
  return (
    <dl class="facts">
      <Fact label="Last notice">{last_notice_at === null ? 'none yet' : <Ago at={last_notice_at} />}</Fact>
      <Fact label="Last document">
        {last_document_at === null ? 'none yet' : <Ago at={last_document_at} />}
      </Fact>
      <Fact label="Requests left">
        {quota_left === null ? 'no limit known' : quota_left.toLocaleString('en')}
      </Fact>
      <Fact label="Waiting">{count(waiting_notices, 'notice')}</Fact>
      {not_before !== null && (
        <Fact label="Vendor asked again">
          <PlainMoment at={not_before} />
        </Fact>
      )}
      {ends_at !== null && (
        <Fact label="Consent ends">
          <PlainMoment at={ends_at} />
        </Fact>
      )}
      {renewal_failing_since !== null ? (
        <Fact label="Renewal fails since">
          <PlainMoment at={renewal_failing_since} />
        </Fact>
      ) : (
        next_renewal_at !== null && (
          <Fact label="Next renewal">
            <PlainMoment at={next_renewal_at} />
          </Fact>
        )
      )}
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Silences({ connection: { silences } }: { readonly connection: Connection }) {
  if (silences.length === 0) return null;
  return (
    <ul class="silences" aria-label="Missing data">
      {silences.map(({ data_type, cause, since }) => (
        <li key={data_type}>
          No {plain(data_type)} since <Ago at={since} />:{' '}
          {cause === null ? 'the cause is being looked for' : say(causeWords, cause)}
        </li>
      ))}
    </ul>
  );
}
