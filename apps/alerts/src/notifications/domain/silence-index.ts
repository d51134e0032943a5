import type { AlertMatch } from '@bridge/contracts';
import { exactTexts, mismatch, personMismatch, type AlertFacts, type PersonFacts } from './match-alert.ts';

/** Times are in milliseconds since 1970; it holds from its begin on and no longer at its end. */
export type ActiveSilence = {
  readonly silenceId: string;
  readonly match: AlertMatch;
  readonly beginsAt: number;
  readonly endsAt: number;
};

export type SilenceState = {
  /** The active one that ends last. */
  readonly active: ActiveSilence | null;
  /** When the next one begins that will hold the alert. */
  readonly nextBegin: number | null;
};

type ByKey = ReadonlyMap<string, readonly ActiveSilence[]>;
type KindIndex = { readonly byKind: ByKey; readonly anyKind: readonly ActiveSilence[] };
type SilenceIndex = {
  readonly byUser: ByKey;
  readonly byKind: ByKey;
  readonly others: readonly ActiveSilence[];
};

// Made once per list, which is kept for many persons until a silence changes.
const indexes = new WeakMap<readonly ActiveSilence[], SilenceIndex>();

/**
 * Which silences hold the alerts of one person. An alert is compared only with silences that name the person or its kind, and
 * with those that match the person in another way and name no exact kind; alerts that look the same to a silence are compared
 * once. So the work is the number of silences once, and per kind of alert the number of those that may concern it.
 */
export function createSilenceReader(
  silences: readonly ActiveSilence[],
  person: PersonFacts,
  now: number,
): (alert: AlertFacts) => SilenceState {
  const { byUser, byKind, others } = indexOf(silences);
  const ofPerson = [
    ...(byUser.get(person.userId) ?? []),
    ...others.filter(({ match }) => personMismatch(match, person) === null),
  ];
  const own = kindIndex(ofPerson.filter(({ endsAt }) => endsAt > now));
  const known = new Map<string, SilenceState>();
  const read = (alert: AlertFacts): SilenceState => {
    let active: ActiveSilence | null = null;
    let nextBegin = Infinity;
    for (const list of [byKind.get(alert.kind) ?? [], own.byKind.get(alert.kind) ?? [], own.anyKind]) {
      for (const silence of list) {
        const { match, beginsAt, endsAt } = silence;
        if (endsAt <= now || mismatch(match, alert, person) !== null) continue;
        if (beginsAt > now) nextBegin = Math.min(nextBegin, beginsAt);
        else if (active === null || endsAt > active.endsAt) active = silence;
      }
    }
    return { active, nextBegin: nextBegin === Infinity ? null : nextBegin };
  };
  return (alert) => {
    const key = `${alert.kind} ${alert.severity} ${alert.source} ${alert.asksQuestion}`;
    const state = known.get(key) ?? read(alert);
    known.set(key, state);
    return state;
  };
}

function indexOf(silences: readonly ActiveSilence[]): SilenceIndex {
  const known = indexes.get(silences);
  if (known !== undefined) return known;
  const users = groupBy(silences, ({ user_id }) => user_id);
  const kinds = groupBy(users.rest, ({ kind }) => kind);
  const index = { byUser: users.byText, byKind: kinds.byText, others: kinds.rest };
  indexes.set(silences, index);
  return index;
}

function kindIndex(silences: readonly ActiveSilence[]): KindIndex {
  const { byText, rest } = groupBy(silences, ({ kind }) => kind);
  return { byKind: byText, anyKind: rest };
}

/** By each text that a silence names exactly; `rest` are those that name none, or a prefix. */
function groupBy(
  silences: readonly ActiveSilence[],
  textsOf: (match: AlertMatch) => AlertMatch['kind'],
): { readonly byText: ByKey; readonly rest: readonly ActiveSilence[] } {
  const byText = new Map<string, ActiveSilence[]>();
  const rest: ActiveSilence[] = [];
  for (const silence of silences) {
    const values = textsOf(silence.match);
    const texts = values === undefined ? null : exactTexts(values);
    if (texts === null) rest.push(silence);
    else
      for (const text of texts) {
        const known = byText.get(text);
        if (known === undefined) byText.set(text, [silence]);
        else known.push(silence);
      }
  }
  return { byText, rest };
}
