import type { SilenceDocument, SilenceList as SilenceListBody } from '@bridge/contracts';
import { readAllPages, type Pages } from '../api/pages.ts';
import { send } from '../api/request.ts';
import { useResource } from '../api/use-resource.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { EmptyNotice, Loaded } from '../parts/notices.tsx';
import { Table } from '../parts/table.tsx';
import { PlainMoment } from '../parts/time.tsx';
import { alertLabel, capital } from '../words/say.ts';

/** Silences that hold notifications now. */
export function SilenceList() {
  const silences = useResource<Pages<SilenceDocument>>('silences', (signal) =>
    readAllPages<SilenceListBody, SilenceDocument>({
      path: '/silences',
      query: { state: 'active', limit: 500 },
      itemsOf: (page) => page.silences,
      signal,
    }),
  );
  return (
    <Loaded resource={silences} of="the silences">
      {({ items }) =>
        items.length === 0 ? (
          <EmptyNotice>Nothing is silenced.</EmptyNotice>
        ) : (
          <Table caption="Active silences" columns={['What', 'Until', 'Why', 'By', '']}>
            {items.map((silence) => (
              <tr key={silence.silence_id}>
                <td>{matchText(silence)}</td>
                <td>
                  <PlainMoment at={silence.ends_at} />
                </td>
                <td>{silence.comment}</td>
                <td>{silence.author}</td>
                <td>
                  <ActionButton
                    label={`End the silence: ${silence.comment}`}
                    task={() => send('DELETE', `/silences/${silence.silence_id}`)}
                    done="The silence has ended"
                    onDone={silences.reload}
                  >
                    End
                  </ActionButton>
                </td>
              </tr>
            ))}
          </Table>
        )
      }
    </Loaded>
  );
}

function matchText({ match }: SilenceDocument): string {
  const texts = (values: readonly (string | { readonly prefix: string })[]) =>
    values.map((value) => (typeof value === 'string' ? value : `${value.prefix}…`));
  const parts = [
    ...(match.kind === undefined ? [] : [texts(match.kind).map(alertLabel).join(', ')]),
    ...(match.severity === undefined ? [] : [match.severity.join(', ')]),
    ...(match.user_id === undefined ? [] : [`of ${texts(match.user_id).join(', ')}`]),
    ...(match.group === undefined ? [] : [`of the group ${match.group.join(', ')}`]),
    ...(match.source === undefined ? [] : [`from ${texts(match.source).join(', ')}`]),
    ...(match.question === undefined ? [] : [match.question ? 'that ask something' : 'that ask nothing']),
  ];
  return capital(parts.join(' '));
}
