import { parseInWords, problemsOf, type ChannelBody, type Problem, type Routing } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import { changed, invalid, type ChangeOutcome } from './domain/change-outcome.ts';
import { restoreSecrets } from './domain/channel-settings.ts';
import type { ChannelSettings, DisablingReason } from './domain/configuration-snapshot.ts';
import { namedBy, routesNaming } from './domain/placed-routes.ts';
import type { AdapterOf } from './load-configuration.ts';
import {
  channelNames,
  deleteChannelRow,
  findChannelRow,
  saveChannel,
  setChannelState,
  unsealSettings,
} from './rows/channel-rows.ts';
import { loadRouting } from './rows/revised-rows.ts';
import type { ChangeConfiguration } from './rows/revision-rows.ts';

const mostChannels = 1_000;

export type ChangeChannel = {
  /** The value of a change: whether the channel is new. */
  put(name: string, body: ChannelBody): Promise<ChangeOutcome<{ readonly created: boolean }>>;
  enable(name: string): Promise<ChangeOutcome<undefined>>;
  disable(name: string, reason: DisablingReason): Promise<ChangeOutcome<undefined>>;
  /** Refused while routes name the channel. */
  remove(name: string): Promise<ChangeOutcome<undefined>>;
  /** Makes a channel unless one of this name exists; an operator's own stays as it is. */
  ensure(name: string, channel: { readonly kind: string; readonly settings: ChannelSettings }): Promise<void>;
};

type Deps = {
  readonly vault: Vault;
  readonly changeConfiguration: ChangeConfiguration;
  readonly query: Query;
  readonly adapterOf: AdapterOf;
  readonly defaultRouting: Routing;
  readonly dropDeliveries: DropDeliveries;
  readonly now: () => number;
};

/** Gives up what waits for a channel, in the transaction that deletes it. */
export type DropDeliveries = (query: Query, channel: string, now: number) => Promise<void>;

export function createChangeChannel(deps: Deps): ChangeChannel {
  const { vault, changeConfiguration, adapterOf, now } = deps;

  async function put(name: string, body: ChannelBody) {
    const { kind, user_id: userId } = body;
    const adapter = adapterOf(kind);
    if (adapter === undefined) return invalid('kind', 'is not a kind of channel');
    // Before the transaction: inside it, the vault would take a second connection.
    const subjectId = userId === undefined ? null : await subjectOf(vault, userId);
    await vault.serviceKey();

    return changeConfiguration<{ created: boolean }>(async (query) => {
      const stored = await findChannelRow(query, name);
      if (stored === undefined && (await channelNames(query)).size >= mostChannels)
        return { kind: 'conflict', detail: `There are ${mostChannels} channels already.` };
      const known = stored?.kind === kind ? await unsealSettings(vault, stored) : undefined;
      const merged = restoreSecrets(body.settings, known, adapter.secrets);
      if (merged.kind === 'invalid') return merged;
      const parsed = parseInWords(adapter.settings, merged.settings);
      if (!parsed.success) return { kind: 'invalid', problems: problemsOf(parsed.error).map(inSettings) };
      const { settings } = merged;
      const fitForHealthData = body.fit_for_health_data;
      await saveChannel({ query, vault }, { name, kind, subjectId, fitForHealthData, settings, at: now() });
      return changed({ created: stored === undefined });
    });
  }

  return {
    put,
    enable: (name) =>
      changeConfiguration(async (query) =>
        (await setChannelState(query, name, { state: 'active', at: now() }))
          ? changed(undefined)
          : { kind: 'missing' },
      ),
    disable: (name, reason) =>
      changeConfiguration(async (query) =>
        (await setChannelState(query, name, { state: 'disabled', reason, at: now() }))
          ? changed(undefined)
          : { kind: 'missing' },
      ),
    async remove(name) {
      await vault.serviceKey();
      return changeConfiguration(async (query) => {
        const routing = await loadRouting({ query, vault }, deps.defaultRouting);
        const routes = routesNaming(name, routing);
        if (routes.length > 0) return { kind: 'conflict', detail: namedBy(routes) };
        if (!(await deleteChannelRow(query, name))) return { kind: 'missing' };
        await deps.dropDeliveries(query, name, now());
        return changed(undefined);
      });
    },
    async ensure(name, { kind, settings }) {
      if ((await findChannelRow(deps.query, name)) !== undefined) return;
      const made = await put(name, { kind, settings, fit_for_health_data: false });
      if (made.kind !== 'changed') throw new Error(`The channel ${name} cannot be made: ${reasonOf(made)}.`);
    },
  };
}

async function subjectOf(vault: Vault, userId: string): Promise<string | null> {
  return (await vault.subjectsFor([userId])).get(userId)?.subjectId ?? null;
}

function inSettings({ path, message }: Problem): Problem {
  return { path: path === '' ? 'settings' : `settings.${path}`, message };
}

function reasonOf(outcome: Exclude<ChangeOutcome<unknown>, { kind: 'changed' }>): string {
  if (outcome.kind !== 'invalid') return outcome.kind;
  return outcome.problems.map(({ path, message }) => `${path} ${message}`).join(', ');
}
