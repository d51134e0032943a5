import { useState } from 'preact/hooks';
import { readAllPages, type Pages } from '../api/pages.ts';
import { send } from '../api/request.ts';
import { useResource } from '../api/use-resource.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { EmptyNotice, Loaded } from '../parts/notices.tsx';
import { Table } from '../parts/table.tsx';
import { Ago, PlainMoment } from '../parts/time.tsx';
import { NewKeyForm } from './new-key-form.tsx';
import { type ApiKey, type KeyPage } from './key-shapes.ts';

/** API keys with their scopes. */
export function KeysSection() {
  const [made, setMade] = useState<string>();
  const keys = useResource<Pages<ApiKey>>('keys', (signal) =>
    readAllPages<KeyPage, ApiKey>({
      path: '/keys',
      query: { limit: 500 },
      itemsOf: (page) => page.keys,
      signal,
    }),
  );
  return (
    <section class="panel" aria-labelledby="keys-title">
      <h2 id="keys-title">API keys</h2>
      <NewKeyForm
        onMade={(key) => {
          setMade(key);
          keys.reload();
        }}
      />
      {made !== undefined && (
        <div class="notice made" role="status">
          <p>This is the new key. It is shown once: keep it now.</p>
          <pre tabIndex={0} role="group" aria-label="New key" id="new-key">
            {made}
          </pre>
        </div>
      )}
      <Loaded resource={keys} of="the keys">
        {({ items }) =>
          items.length === 0 ? (
            <EmptyNotice>No key has been made yet; only the master key works.</EmptyNotice>
          ) : (
            <Table
              caption="All API keys"
              columns={['Label', 'Scopes', 'Persons', 'Made', 'Expires', 'Last used', 'State']}
            >
              {items.map((key) => (
                <KeyRow key={key.key_id} apiKey={key} onChanged={keys.reload} />
              ))}
            </Table>
          )
        }
      </Loaded>
    </section>
  );
}

function KeyRow({ apiKey, onChanged }: { readonly apiKey: ApiKey; readonly onChanged: () => void }) {
  const { key_id, label, scopes, users, created_at, expires_at, revoked_at, last_used_at } = apiKey;
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>{scopes.join(', ')}</td>
      <td>{users === null ? 'everybody' : users.join(', ')}</td>
      <td>
        <PlainMoment at={created_at} />
      </td>
      <td>{expires_at === null ? 'never' : <PlainMoment at={expires_at} />}</td>
      <td>{last_used_at === null ? 'never' : <Ago at={last_used_at} />}</td>
      <td>
        {revoked_at === null ? (
          <ActionButton
            isDanger
            label={`Revoke ${label}`}
            task={() => send('DELETE', `/keys/${encodeURIComponent(key_id)}`)}
            done={`${label} is revoked`}
            onDone={onChanged}
          >
            Revoke
          </ActionButton>
        ) : (
          <>
            revoked <Ago at={revoked_at} />
          </>
        )}
      </td>
    </tr>
  );
}
