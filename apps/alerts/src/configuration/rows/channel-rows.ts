import { milliseconds, type Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import type { ChannelSettings, ChannelState, DisablingReason } from '../domain/configuration-snapshot.ts';
import { readable } from './readable.ts';

/** A row of `alerts.channels`; times in milliseconds since 1970. */
export type ChannelRow = {
  readonly name: string;
  readonly kind: string;
  readonly subjectId: string | null;
  readonly fitForHealthData: boolean;
  readonly state: ChannelState;
  readonly stateReason: DisablingReason | null;
  readonly settings: Buffer;
  readonly createdAt: number;
  readonly updatedAt: number;
};

const columns = `name, kind, subject_id "subjectId", fit_for_health_data "fitForHealthData", state,
  state_reason "stateReason", settings, ${milliseconds('created_at')} "createdAt",
  ${milliseconds('updated_at')} "updatedAt"`;

export function loadChannelRows(query: Query): Promise<ChannelRow[]> {
  return query<ChannelRow>(`select ${columns} from alerts.channels order by name`);
}

export async function findChannelRow(query: Query, name: string): Promise<ChannelRow | undefined> {
  const [row] = await query<ChannelRow>(`select ${columns} from alerts.channels where name = $1`, [name]);
  return row;
}

export async function channelNames(query: Query): Promise<Set<string>> {
  const rows = await query<{ name: string }>('select name from alerts.channels');
  return new Set(rows.map(({ name }) => name));
}

/** A channel that exists keeps its state. */
export async function saveChannel(
  { query, vault }: { readonly query: Query; readonly vault: Vault },
  channel: Pick<ChannelRow, 'name' | 'kind' | 'subjectId' | 'fitForHealthData'> & {
    readonly settings: ChannelSettings;
    readonly at: number;
  },
): Promise<void> {
  const { name, kind, subjectId, fitForHealthData, at } = channel;
  const settings = await vault.sealForService(JSON.stringify(channel.settings), settingsPlace(name));
  await query(
    `insert into alerts.channels
       (name, kind, subject_id, fit_for_health_data, state, settings, created_at, updated_at)
     values ($1, $2, $3, $4, 'active', $5, to_timestamp($6 / 1000.0), to_timestamp($6 / 1000.0))
     on conflict (name) do update set kind = excluded.kind, subject_id = excluded.subject_id,
       fit_for_health_data = excluded.fit_for_health_data, settings = excluded.settings,
       updated_at = excluded.updated_at`,
    [name, kind, subjectId, fitForHealthData, settings, at],
  );
}

export async function setChannelState(
  query: Query,
  name: string,
  {
    state,
    reason,
    at,
  }: { readonly state: ChannelState; readonly reason?: DisablingReason; readonly at: number },
): Promise<boolean> {
  const rows = await query(
    `update alerts.channels set state = $2, state_reason = $3, updated_at = to_timestamp($4 / 1000.0)
      where name = $1 returning name`,
    [name, state, reason ?? null, at],
  );
  return rows.length > 0;
}

export async function deleteChannelRow(query: Query, name: string): Promise<boolean> {
  const rows = await query('delete from alerts.channels where name = $1 returning name', [name]);
  return rows.length > 0;
}

/** Undefined where they were changed or moved. */
export async function unsealSettings(
  vault: Vault,
  { name, settings }: Pick<ChannelRow, 'name' | 'settings'>,
): Promise<ChannelSettings | undefined> {
  return readable(async () => {
    const opened = await vault.unsealForService(settings, settingsPlace(name));
    return JSON.parse(opened.toString('utf8')) as ChannelSettings;
  });
}

function settingsPlace(name: string) {
  return { table: 'alerts.channels', column: 'settings', row: name };
}
