import type { PersonList } from '@bridge/contracts';
import { Choice } from '../parts/fields.tsx';
import { setQuery } from '../shell/current-route.ts';
import { modeLabel, modeMeaning } from '../words/say.ts';
import { modeWords } from '../words/words.ts';
import { type PeopleFilter } from './use-people.ts';

type FiltersProps = { readonly filter: PeopleFilter; readonly counts: PersonList['counts'] | undefined };

const modes = Object.keys(modeWords);

/** Counts by mode over all people; each is a filter. */
export function PeopleFilters({ filter, counts }: FiltersProps) {
  const isAll = filter.mode === undefined && filter.alerting === undefined && filter.stale === undefined;
  const all = { mode: undefined, alerting: undefined, stale: undefined };
  const byMode = new Map(Object.entries(counts?.by_mode ?? {}));
  return (
    <div class="filters">
      <div class="chips" role="group" aria-label="Filter people">
        <Chip label="Everybody" number={counts?.total} isOn={isAll} onClick={() => setQuery(all)} />
        <Chip
          label="Warning or critical"
          number={counts?.alerting}
          isOn={filter.alerting !== undefined}
          onClick={() => setQuery({ alerting: filter.alerting === undefined ? 'true' : undefined })}
        />
        {modes.map((mode) => (
          <Chip
            key={mode}
            mode={mode}
            label={modeLabel(mode)}
            title={modeMeaning(mode)}
            number={byMode.get(mode)}
            isOn={filter.mode === mode}
            onClick={() => setQuery({ mode: filter.mode === mode ? undefined : mode })}
          />
        ))}
        <Chip
          label="No data for a day"
          number={counts?.stale}
          isOn={filter.stale !== undefined}
          onClick={() => setQuery({ stale: filter.stale === undefined ? 'true' : undefined })}
        />
      </div>
      <Choice
        label="Order"
        value={filter.sort}
        choices={[
          ['urgency', 'Most urgent first'],
          ['user_id', 'By name'],
        ]}
        onChange={(sort) => setQuery({ sort: sort === 'urgency' ? undefined : sort })}
      />
    </div>
  );
}

type ChipProps = {
  readonly label: string;
  readonly number: number | undefined;
  readonly isOn: boolean;
  readonly onClick: () => void;
  readonly mode?: string;
  readonly title?: string;
};

function Chip({ label, number, isOn, onClick, mode, title }: ChipProps) {
  return (
    <button type="button" class="chip" data-mode={mode} title={title} aria-pressed={isOn} onClick={onClick}>
      {label} <b>{number === undefined ? '…' : number.toLocaleString('en')}</b>
    </button>
  );
}
