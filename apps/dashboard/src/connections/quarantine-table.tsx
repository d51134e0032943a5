import { Isolated } from '../parts/badges.tsx';
import { Table } from '../parts/table.tsx';
import { Ago } from '../parts/time.tsx';
import { personLink } from '../shell/route.ts';
import { plain, say } from '../words/say.ts';
import { deadLetterWords, sourceWords } from '../words/words.ts';
import { type Quarantined } from './connection-shapes.ts';

/** Documents that say something that cannot be. */
export function QuarantineTable({ items }: { readonly items: readonly Quarantined[] }) {
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="quarantine-title">
      <h2 id="quarantine-title">In quarantine</h2>
      <p class="hint">These documents say something that cannot be; nothing of them was decided on.</p>
      <Table
        caption="Documents in quarantine"
        columns={['Person', 'Source', 'Documents', 'Why', 'Fields at fault', 'Newest']}
      >
        {items.map(({ user_id, source, reason, count, problems, last_at }) => (
          <tr key={`${user_id} ${source} ${reason ?? ''}`}>
            <td>
              <a href={personLink(user_id)}>
                <Isolated text={user_id} />
              </a>
            </td>
            <td>{say(sourceWords, source)}</td>
            <td>{count}</td>
            <td>
              {reason === null ? 'not known' : say({ ...deadLetterWords, fields_left_out: leftOut }, reason)}
            </td>
            <td>{problems.map(({ field, message }) => `${plain(field)} ${message}`).join('; ')}</td>
            <td>
              <Ago at={last_at} />
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

const leftOut = 'Fields were left out; the rest is published';
