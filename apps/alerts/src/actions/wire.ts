import type { RequireScope } from '@bridge/auth';
import type { Announce, BeginBatch } from '@bridge/delivery';
import type { Log } from '@bridge/core';
import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import type { Express } from 'express';
import type { NoteUnreadable } from '../unreadable-rows.ts';
import type { ChangeAlert } from '../episodes/change-alert.ts';
import type { AlertReader } from '../episodes/rows/alert-reader.ts';
import { mountActionRoutes } from './action-routes.ts';
import { createActOnLink } from './act-on-link.ts';
import { createGiveAnswer } from './give-answer.ts';
import { mountLinkRoutes } from './links/link-routes.ts';
import { linkStanding, type ActionLink } from './links/domain/action-link.ts';
import { loadAnswers, loadLink } from './links/rows/link-rows.ts';
import { findEpisode } from '../episodes/rows/episode-reads.ts';
import { requestKey, type ActionResult, type RequestedAction } from './domain/alert-action.ts';

export type ActionsDeps = {
  readonly query: Query;
  readonly vault: Vault;
  readonly noteUnreadable: NoteUnreadable;
  readonly beginBatch: BeginBatch;
  readonly announce: Announce;
  readonly eventsTopic: string;
  readonly changeAlert: ChangeAlert;
  readonly alerts: AlertReader;
  readonly requireScope: RequireScope;
  /** Whether the link was sent to the person whom its alert is about. */
  readonly isOwn: (link: ActionLink) => Promise<boolean>;
  readonly linkKey: Buffer;
  readonly log: Log;
  readonly now: () => number;
};

/** What people do to alerts: over the API, and by signed links. */
export function mountActions(app: Express, deps: ActionsDeps): void {
  const reading = { query: deps.query, vault: deps.vault, noteUnreadable: deps.noteUnreadable };
  const { beginBatch, announce, eventsTopic, changeAlert, now, log } = deps;
  mountActionRoutes(app, {
    alerts: deps.alerts,
    changeAlert: (alertId, action, by) => changeOnce(changeAlert, alertId, action, by),
    requireScope: deps.requireScope,
    now,
  });
  mountLinkRoutes(app, {
    key: deps.linkKey,
    loadLink: (linkId) => loadLink(reading, linkId),
    async standingOf(link) {
      const episode = await findEpisode(reading, link.alertId);
      return episode === undefined ? 'current' : linkStanding(link, episode);
    },
    loadAnswers: (link) => loadAnswers(reading, link, now()),
    isOwn: deps.isOwn,
    act: createActOnLink({
      changeAlert,
      giveAnswer: createGiveAnswer({ ...reading, beginBatch, announce, topic: eventsTopic, now }),
      now,
    }),
    now,
    log,
  });
}

/** A request that names its id acts once, however often it is sent. */
async function changeOnce(
  changeAlert: ChangeAlert,
  alertId: string,
  { requestId, ...action }: RequestedAction,
  by: string,
): Promise<ActionResult> {
  const result = await changeAlert({
    alertId,
    action,
    by,
    ...(requestId !== undefined && {
      claim: async ({ claim }) => {
        const key = requestKey(requestId, { alertId, type: action.type, by });
        return (await claim([{ key, contentHash: key.subarray(0, 8) }])).size === 1;
      },
    }),
  });
  return result.kind === 'repeated' || result.kind === 'outdated'
    ? { kind: 'unchanged', episode: result.episode }
    : result;
}
