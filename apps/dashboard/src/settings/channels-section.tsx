import type { ChannelDocument, ChannelList, ChannelTest } from '@bridge/contracts';
import { readAllPages, type Pages } from '../api/pages.ts';
import { send, type Answer } from '../api/request.ts';
import { useResource } from '../api/use-resource.ts';
import { failureOf } from '../api/failure.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { EmptyNotice, Loaded } from '../parts/notices.tsx';
import { Table } from '../parts/table.tsx';
import { PlainMoment } from '../parts/time.tsx';
import { plain } from '../words/say.ts';

/** The receivers of notifications. */
export function ChannelsSection() {
  const channels = useResource<Pages<ChannelDocument>>('channels', (signal) =>
    readAllPages<ChannelList, ChannelDocument>({
      path: '/channels',
      query: { limit: 500 },
      itemsOf: (page) => page.channels,
      signal,
    }),
  );
  return (
    <section class="panel" aria-labelledby="channels-title">
      <h2 id="channels-title">Channels</h2>
      <Loaded resource={channels} of="the channels">
        {({ items }) =>
          items.length === 0 ? (
            <EmptyNotice>There is no channel yet: nobody is notified of any alert.</EmptyNotice>
          ) : (
            <Table
              caption="All channels"
              columns={['Name', 'Kind', 'State', 'Health data', 'Changed', 'Actions']}
            >
              {items.map((channel) => (
                <ChannelRow key={channel.name} channel={channel} onChanged={channels.reload} />
              ))}
            </Table>
          )
        }
      </Loaded>
    </section>
  );
}

type RowProps = { readonly channel: ChannelDocument; readonly onChanged: () => void };

function ChannelRow({ channel, onChanged }: RowProps) {
  const { name, kind, state, state_reason, fault, fit_for_health_data, updated_at } = channel;
  const path = `/channels/${encodeURIComponent(name)}`;
  const other = state === 'active' ? 'disable' : 'enable';
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{kind}</td>
      <td>
        {fault === undefined ? state : `nothing can be sent: ${plain(fault)}`}
        {state_reason !== undefined &&
          ` (${state_reason === 'gone' ? 'the receiver no longer exists' : 'by an operator'})`}
      </td>
      <td>{fit_for_health_data ? 'may carry it' : 'never'}</td>
      <td>
        <PlainMoment at={updated_at} />
      </td>
      <td>
        <div class="actions">
          <ActionButton
            label={`Test ${name}`}
            task={() => test(path)}
            done={`A test message reached ${name}`}
          >
            Test
          </ActionButton>
          <ActionButton
            label={`${other === 'enable' ? 'Enable' : 'Disable'} ${name}`}
            task={() => send('POST', `${path}/${other}`)}
            done={`${name} is ${other}d`}
            onDone={onChanged}
          >
            {other === 'enable' ? 'Enable' : 'Disable'}
          </ActionButton>
        </div>
      </td>
    </tr>
  );
}

/** A test that was sent and not delivered is a failure too. */
async function test(path: string): Promise<Answer<unknown>> {
  const answer = await send<ChannelTest>('POST', `${path}/test`);
  if (!answer.ok || answer.value.delivered) return answer;
  return { ok: false, failure: failureOf(422, { detail: answer.value.detail }) };
}
