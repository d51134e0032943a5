import { budgetsSchema, routingSchema, type Budget, type Routing } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import type { z } from 'zod';
import type { ChannelAdapter } from '../channels/channel.ts';
import type { NoteUnreadable } from '../unreadable-rows.ts';
import type { Channel, Configuration, Receiver } from './domain/configuration-snapshot.ts';
import { onlyKnownChannels } from './domain/placed-routes.ts';
import { loadChannelRows, unsealSettings, type ChannelRow } from './rows/channel-rows.ts';
import { refreshGroups, type GroupCache } from './rows/group-rows.ts';
import { loadNewest, type RevisedTable } from './rows/revised-rows.ts';
import { readRevision } from './rows/revision-rows.ts';
import { loadSilences, type SilenceCache } from './rows/silence-rows.ts';

export type AdapterOf = (kind: string) => ChannelAdapter | undefined;

export type ConfigurationSources = {
  readonly adapterOf: AdapterOf;
  /** In force while nothing is stored. */
  readonly defaults: { readonly routing: Routing; readonly budgets: readonly Budget[] };
};

type Deps = ConfigurationSources & {
  readonly query: Query;
  readonly vault: Vault;
  readonly noteUnreadable: NoteUnreadable;
  readonly now: () => number;
  readonly log: Log;
};

/** Reads everything at one revision. A row that cannot be read is reported and left out, so that the rest stays in force. */
export function createLoadConfiguration(deps: Deps): () => Promise<Configuration> {
  const { query, now } = deps;
  const silenceTexts: SilenceCache = new Map();
  const groupCache: GroupCache = new Map();
  let groupsBySubject: Configuration['groupsBySubject'] = new Map();

  async function loadParts(): Promise<Omit<Configuration, 'revision'>> {
    const channels = await loadChannels(deps);
    const routing = await loadRevised(deps, 'alerts.routings', routingSchema);
    const budgets = await loadRevised(deps, 'alerts.budgets', budgetsSchema);
    const { silences, unreadable } = await loadSilences(deps, silenceTexts, now());
    if (unreadable > 0) deps.log.error('silences cannot be read and are not in force', { count: unreadable });
    if (await refreshGroups(query, groupCache)) groupsBySubject = bySubject(groupCache);
    return {
      channels,
      routing: routing ?? { revision: 0, value: onlyKnownChannels(deps.defaults.routing, channels) },
      budgets: budgets
        ? { revision: budgets.revision, value: budgets.value.budgets }
        : { revision: 0, value: deps.defaults.budgets },
      silences,
      groups: new Map([...groupCache].map(([name, { group }]) => [name, group])),
      groupsBySubject,
    };
  }

  return async function loadConfiguration() {
    for (let attempt = 1; ; attempt += 1) {
      const revision = await readRevision(query);
      const parts = await loadParts();
      // Something changed while it was read: parts may not fit together. After some attempts this will do until the next
      // check, which sees the later revision.
      if (attempt === 5 || (await readRevision(query)) === revision) return { revision, ...parts };
    }
  };
}

async function loadChannels(deps: Deps): Promise<Map<string, Channel>> {
  const channels = new Map<string, Channel>();
  for (const row of await loadChannelRows(deps.query)) {
    const channel = await readChannel(deps, row);
    if (channel.receiver.kind === 'faulty')
      deps.log.error('a channel cannot be used', { channel: row.name, fault: channel.receiver.fault });
    channels.set(row.name, channel);
  }
  return channels;
}

async function readChannel({ vault, adapterOf }: Deps, row: ChannelRow): Promise<Channel> {
  const { name, kind, fitForHealthData, state, createdAt, updatedAt } = row;
  const storedSettings = await unsealSettings(vault, row);
  return {
    name,
    kind,
    receiver: receiverOf(adapterOf(kind), storedSettings),
    storedSettings,
    fitForHealthData,
    subjectId: row.subjectId ?? undefined,
    state,
    stateReason: row.stateReason ?? undefined,
    createdAt,
    updatedAt,
  };
}

function receiverOf(adapter: ChannelAdapter | undefined, settings: unknown): Receiver {
  if (adapter === undefined) return { kind: 'faulty', fault: 'unknown_kind' };
  const parsed = settings === undefined ? undefined : adapter.settings.safeParse(settings);
  return parsed?.success === true
    ? { kind: 'usable', adapter, settings: parsed.data }
    : { kind: 'faulty', fault: 'unreadable_settings' };
}

/** Undefined where nothing is stored, or nothing that can be read. */
async function loadRevised<Schema extends z.ZodType>(deps: Deps, table: RevisedTable, schema: Schema) {
  const stored = await loadNewest(deps, table, schema);
  if (stored !== 'unreadable') return stored;
  deps.log.error('stored configuration cannot be read: the default is in force', { table });
  return undefined;
}

function bySubject(groups: GroupCache): Configuration['groupsBySubject'] {
  const names = new Map<string, Set<string>>();
  for (const [name, { group }] of groups) {
    for (const subjectId of group.members) {
      const own = names.get(subjectId);
      if (own === undefined) names.set(subjectId, new Set([name]));
      else own.add(name);
    }
  }
  return names;
}
