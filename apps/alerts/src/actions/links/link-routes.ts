import { retryVerdict, type Log } from '@bridge/core';
import type { Language } from '@bridge/contracts';
import { clientNetwork } from '@bridge/service-runtime';
import type { Express, Request, RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { answerOf, linkState, type ActionLink, type LinkStanding } from './domain/action-link.ts';
import { askPage, linkPageHeaders, resultPage, type LinkButton } from './domain/link-page.ts';
import { linkToken, verifyLinkToken } from './domain/link-token.ts';
import { allAnswers, type PageKind } from './domain/link-words.ts';

/** What became of a click. `already_done`: another request was first. `missing`: there is no such alert any more. */
export type ActResult = {
  readonly kind: 'done' | 'already_done' | 'ended' | 'changed' | 'question_over' | 'missing';
};

export type LinkRoutesDeps = {
  /** See `linkKey`. */
  readonly key: Buffer;
  readonly loadLink: (linkId: string) => Promise<ActionLink | undefined>;
  readonly standingOf: (link: ActionLink) => Promise<LinkStanding>;
  /** Usable links with answers to the same question, this one among them. */
  readonly loadAnswers: (link: ActionLink) => Promise<readonly ActionLink[]>;
  /** Whether the link was sent to the person whom the alert is about. */
  readonly isOwn: (link: ActionLink) => Promise<boolean>;
  /** Spends the link and acts, in one transaction. */
  readonly act: (link: ActionLink) => Promise<ActResult>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
  /** Requests of one address in a minute; default 60. Replicas add up. */
  readonly perMinute?: number;
};

const statuses: Readonly<Record<Exclude<PageKind, 'ask'>, number>> = {
  done: 200,
  already_done: 200,
  ended: 200,
  changed: 200,
  question_over: 200,
  expired: 410,
  unknown: 404,
  too_many: 429,
  unavailable: 503,
};

/**
 * `GET, POST /a/{token}`: pages of signed one-time links, without a sign-in. Programs that look at links before people do
 * only GET, so only the POST acts.
 */
export function mountLinkRoutes(app: Express, deps: LinkRoutesDeps): void {
  const { act, perMinute = 60 } = deps;
  const limit = limitByAddress(perMinute);

  app.get(
    '/a/:token',
    limit,
    withLink(deps, async (link, req, res) => {
      const standing = await deps.standingOf(link);
      if (standing !== 'current') {
        showResult(req, res, standing);
        return;
      }
      const asked = { isOwn: await deps.isOwn(link), language: languageOf(req) };
      const html = askPage(await buttonsOf(link, req, deps), asked);
      res.status(200).set(linkPageHeaders).send(html);
    }),
  );

  app.post(
    '/a/:token',
    limit,
    withLink(deps, async (link, req, res) => {
      const { kind } = await act(link);
      showResult(req, res, kind === 'missing' ? 'unknown' : kind);
    }),
  );
}

/** A message has room for few buttons, so the link of one answer may show all of them. */
async function buttonsOf(
  link: ActionLink,
  req: Request,
  { key, loadAnswers }: LinkRoutesDeps,
): Promise<[LinkButton, ...LinkButton[]]> {
  const showsAll = req.query[allAnswers.name] === allAnswers.value && answerOf(link.action) !== undefined;
  const links = showsAll ? await loadAnswers(link) : [];
  const [first, ...others] = links.map(({ action, linkId }) => ({ action, token: linkToken(key, linkId) }));
  return first === undefined ? [{ action: link.action }] : [first, ...others];
}

type UseLink = (link: ActionLink, req: Request, res: Response) => Promise<void>;

/** Goes on with a usable link. A token that this service did not make costs no query. */
function withLink({ key, loadLink, now, log }: LinkRoutesDeps, use: UseLink): RequestHandler {
  async function follow(req: Request, res: Response): Promise<void> {
    const linkId = verifyLinkToken(key, String(req.params['token']));
    const link = linkId === undefined ? undefined : await loadLink(linkId);
    if (link === undefined) {
      showResult(req, res, 'unknown');
      return;
    }
    switch (linkState(link, now())) {
      case 'usable':
        return use(link, req, res);
      case 'spent':
        showResult(req, res, 'already_done');
        return;
      case 'expired':
        showResult(req, res, 'expired');
    }
  }

  return async function followLink(req, res) {
    try {
      await follow(req, res);
    } catch (error) {
      // A bug is everybody's 500; a person on a phone should read that they can try again.
      if (retryVerdict(error) === 'permanent') throw error;
      log.warn('a link could not be followed now', { error });
      showResult(req, res, 'unavailable');
    }
  };
}

function limitByAddress(perMinute: number): RequestHandler {
  const requests = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return async function limitRequests(req, res, next) {
    try {
      await requests.consume(clientNetwork(req.ip ?? ''));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      showResult(req, res, 'too_many');
      return;
    }
    next();
  };
}

function showResult(req: Request, res: Response, kind: Exclude<PageKind, 'ask'>): void {
  const status = statuses[kind];
  if (status === 429 || status === 503) res.setHeader('Retry-After', '60');
  res
    .status(status)
    .set(linkPageHeaders)
    .send(resultPage(kind, languageOf(req)));
}

function languageOf(req: Request): Language {
  return req.acceptsLanguages('en', 'de') === 'de' ? 'de' : 'en';
}
