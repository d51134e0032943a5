import { parseTimestamp, type AlertStateSignal } from '@bridge/contracts';
import { testTime } from '@bridge/testing';
import { buildSignal } from './build-signal.ts';
import {
  decide,
  episodeDetails,
  episodeSeverity,
  evidenceOf,
  evolve,
  initial,
  resolvedAtOf,
  statusOf,
  type Episode,
} from '../src/episodes/domain/episode.ts';
import type { TimedSignal } from '../src/episodes/domain/timed-signal.ts';

const day = testTime().slice(0, 10);

export const at = (time: string) => `${day}T${time}:00.000Z`;

function timed(signal: AlertStateSignal): TimedSignal {
  return { ...signal, at: parseTimestamp(signal.at)?.epochMs ?? NaN };
}

export type GivenSignal = Partial<AlertStateSignal> & { readonly cause?: string };

export const fires = (time: string, given: GivenSignal = {}) =>
  timed(buildSignal({ at: at(time), cause: time, ...given }));
export const resolves = (time: string, given: GivenSignal = {}) =>
  fires(time, { status: 'resolved', ...given });

/** The episode after these signals, as far as they change it. */
export function after(...signals: TimedSignal[]): Episode {
  const episode = signals.reduce<Episode | null>(take, initial);
  if (episode === null) throw new Error('nothing opened it');
  return episode;
}

export function take(episode: Episode | null, signal: TimedSignal): Episode | null {
  const decision = decide(episode, signal);
  return decision.kind === 'ok' ? evolve(episode, decision.value) : episode;
}

/** The episode as people see it. */
export function view(episode: Episode) {
  const { alertId, userId, kind, source, openedAt, updatedAt, version, acknowledged } = episode;
  return {
    alertId,
    userId,
    kind,
    source,
    status: statusOf(episode),
    severity: episodeSeverity(episode),
    openedAt,
    updatedAt,
    resolvedAt: resolvedAtOf(episode),
    version,
    evidence: evidenceOf(episode),
    details: episodeDetails(episode),
    acknowledged,
  };
}

export const given = (...signals: TimedSignal[]) => view(after(...signals));
