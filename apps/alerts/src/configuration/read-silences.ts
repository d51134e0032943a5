import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import type { NoteUnreadable } from '../unreadable-rows.ts';
import type { ConfigurationReader } from './configuration.ts';
import type { Silence } from './domain/configuration-snapshot.ts';
import { silenceState, type SilenceState } from './domain/silence-times.ts';
import { findSilence, loadEndedSilences, type SilenceCursor } from './rows/silence-rows.ts';

type SilenceSelection = {
  readonly state: SilenceState;
  readonly limit: number;
  readonly after: SilenceCursor | undefined;
  readonly isVisible: (silence: Silence) => boolean;
};

type SilencePage = {
  readonly page: readonly Silence[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: SilenceCursor | undefined;
};

export type SilenceReader = {
  /** The latest to begin comes first. */
  list(selection: SilenceSelection): Promise<SilencePage>;
  find(silenceId: string): Promise<Silence | undefined>;
};

/** Rows of one request that are unsealed at most: a key may see none of them. Then a page is short, with a next one. */
const mostUnsealed = 5_000;

export function createSilenceReader(deps: {
  readonly query: Query;
  readonly vault: Vault;
  readonly noteUnreadable: NoteUnreadable;
  readonly configuration: ConfigurationReader;
  readonly now: () => number;
}): SilenceReader {
  const { configuration, now } = deps;

  async function listUnended({ state, limit, after, isVisible }: SilenceSelection): Promise<SilencePage> {
    const { silences } = await configuration.latest();
    const time = now();
    const rest = silences
      .filter((silence) => silenceState(silence, time) === state && isVisible(silence))
      .filter((silence) => after === undefined || byBegin(after, silence) < 0)
      .sort(byBegin);
    const page = rest.slice(0, limit);
    return { page, next: rest.length > limit ? page.at(-1) : undefined };
  }

  async function listEnded({ limit, after, isVisible }: SilenceSelection): Promise<SilencePage> {
    const time = now();
    const page: Silence[] = [];
    let cursor = after;
    const batch = Math.max(limit, 500);
    for (let unsealed = 0; unsealed < mostUnsealed; unsealed += batch) {
      const { silences, next } = await loadEndedSilences(deps, { now: time, limit: batch, after: cursor });
      const visible = silences.filter(isVisible);
      page.push(...visible.slice(0, limit - page.length));
      if (page.length === limit && (next !== undefined || page.at(-1) !== visible.at(-1)))
        return { page, next: page.at(-1) };
      if (next === undefined) return { page, next };
      cursor = next;
    }
    return { page, next: cursor };
  }

  return {
    list: (selection) => (selection.state === 'expired' ? listEnded(selection) : listUnended(selection)),
    find: async (silenceId) => (isUuid(silenceId) ? findSilence(deps, silenceId) : undefined),
  };
}

/** The latest to begin comes first. */
function byBegin(a: SilenceCursor, b: SilenceCursor): number {
  if (a.beginsAt !== b.beginsAt) return b.beginsAt - a.beginsAt;
  return a.silenceId < b.silenceId ? 1 : a.silenceId > b.silenceId ? -1 : 0;
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
