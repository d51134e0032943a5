import type { ModeTransition, TransitionList } from '@bridge/contracts';
import { readAllPages, type Pages } from '../api/pages.ts';
import { useResource, type Resource } from '../api/use-resource.ts';
import { type TimeWindow } from './time-window.ts';

/** The switches within a time, newest first. */
export function useTransitions(
  userId: string,
  { from, to, key }: TimeWindow,
  round: number,
): Resource<Pages<ModeTransition>> {
  const load = (signal: AbortSignal) =>
    readAllPages<TransitionList, ModeTransition>({
      path: `/users/${encodeURIComponent(userId)}/transitions`,
      query: { from, to, limit: 500 },
      itemsOf: (page) => page.transitions,
      signal,
    });
  return useResource(`transitions ${userId} ${key}`, load, round);
}
