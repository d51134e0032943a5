import type { NoticedObject } from './group-notices.ts';
import { isVendorFailure, type VendorFailure, type VendorAnswer } from '../../vendors/vendor-answer.ts';

export type ObjectAnswer = VendorAnswer | { readonly kind: 'unknown_type' };

export type FetchResult = {
  readonly object: NoticedObject;
  readonly answer:
    | Exclude<ObjectAnswer, VendorFailure>
    | { readonly kind: 'deleted' }
    /** The person did not grant this type. */
    | { readonly kind: 'not_granted' };
};

export type Round = {
  /** In no particular order. */
  readonly fetched: readonly FetchResult[];
  /** The failure that ended the round early, and the first object that met it. */
  readonly stopped: FetchFailure | undefined;
  /** Every failed request, including that object's. */
  readonly failed: readonly FetchFailure[];
};

type FetchFailure = { readonly by: VendorFailure; readonly at: NoticedObject };

const atOnce = 4;

/** Fetches one object after another, a few at a time, until a vendor failure ends the round. */
export async function fetchRound(
  objects: readonly NoticedObject[],
  fetchObject: (dataType: string, objectId: string) => Promise<ObjectAnswer>,
): Promise<Round> {
  const fetched: FetchResult[] = [];
  const failed: FetchFailure[] = [];
  const rest = objects.values();

  async function takeTurns(): Promise<void> {
    for (const object of rest) {
      if (object.isDeleted) {
        fetched.push({ object, answer: { kind: 'deleted' } });
        continue;
      }
      const answer = await fetchObject(object.dataType, object.objectId);
      if (answer.kind !== 'unknown_type' && isVendorFailure(answer)) failed.push({ by: answer, at: object });
      else fetched.push({ object, answer });
      if (failed.length > 0) return;
    }
  }

  await Promise.all(Array.from({ length: atOnce }, takeTurns));
  return { fetched, stopped: failed[0], failed };
}

/** The same round if only the type at which it stopped was refused; other objects of that type are not fetched. */
export function withoutScope({ fetched, stopped }: Round, objects: readonly NoticedObject[]): Round {
  const known = new Set(fetched.map(({ object }) => object));
  const refused = objects.filter(
    (object) => object.dataType === stopped?.at.dataType && !object.isDeleted && !known.has(object),
  );
  const answer = { kind: 'not_granted' } as const;
  return {
    fetched: [...fetched, ...refused.map((object) => ({ object, answer }))],
    stopped: undefined,
    failed: [],
  };
}
