import type { Document } from '../document-store.ts';

export type WhoopCollection = 'cycle' | 'recovery' | 'sleep' | 'workout';

type Entry = {
  readonly scope: string;
  /** The route of the list. */
  readonly path: string;
  readonly idOf: (document: Document) => string;
  /** The id in its notices, if the collection has notices. */
  readonly noticeIdOf?: (document: Document) => string;
  /** Lists are newest first by this. */
  readonly timeOf: (document: Document) => string;
};

const field = (name: string) => (document: Document) => String(document[name]);

export const whoopCollections: Readonly<Record<WhoopCollection, Entry>> = {
  cycle: { scope: 'read:cycles', path: '/v2/cycle', idOf: field('id'), timeOf: field('start') },
  // A recovery belongs to a cycle, and is called by its sleep.
  recovery: {
    scope: 'read:recovery',
    path: '/v2/recovery',
    idOf: field('cycle_id'),
    noticeIdOf: field('sleep_id'),
    timeOf: field('created_at'),
  },
  sleep: {
    scope: 'read:sleep',
    path: '/v2/activity/sleep',
    idOf: field('id'),
    noticeIdOf: field('id'),
    timeOf: field('start'),
  },
  workout: {
    scope: 'read:workout',
    path: '/v2/activity/workout',
    idOf: field('id'),
    noticeIdOf: field('id'),
    timeOf: field('start'),
  },
};

export function isWhoopCollection(name: string): name is WhoopCollection {
  return Object.hasOwn(whoopCollections, name);
}
