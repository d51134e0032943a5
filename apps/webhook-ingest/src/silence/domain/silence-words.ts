import type { Language } from '@bridge/contracts';
import type { ConnectionState } from '../../connections/domain/connection.ts';
import { silenceCauses, type Silence, type SilenceCause } from './feed-state.ts';

type Words = {
  readonly title: string;
  readonly silent: (vendor: string, dataTypes: string, since: string, because: string) => string;
  readonly arrived: string;
  readonly disconnected: string;
  readonly causes: Readonly<Record<SilenceCause, readonly [because: string, advice: string]>>;
  /** Of those that are not called by their own name. */
  readonly dataTypes: Readonly<Record<string, string>>;
};

const english: Words = {
  title: 'Data is missing',
  silent: (vendor, dataTypes, since, because) =>
    `Nothing arrived from ${vendor} since ${since} of ${dataTypes}: ${because}.`,
  arrived: 'What was missing arrives again.',
  disconnected: 'The account is disconnected, so nothing is expected any more.',
  causes: {
    revoked: ['the bridge has no access to the account any more', 'Connect the account again.'],
    lapsed: ['the membership has ended', 'Renew the membership, or disconnect the account.'],
    scope_missing: [
      'access to it was not granted',
      'Connect the account again and grant access to this data.',
    ],
    subscription_gone: [
      'the vendor sends no notices of it to the bridge',
      'Nothing needs to be done here: operators of the bridge are told.',
    ],
    missed: ['notices of it were lost', 'Nothing needs to be done: it is being fetched.'],
    vendor_has_nothing: [
      'the vendor has received nothing either',
      'Check that the device is worn and charged, and open its app so that it synchronises.',
    ],
    vendor_unreachable: [
      'the vendor does not answer',
      'Nothing needs to be done: it is asked again every 15 minutes.',
    ],
  },
  dataTypes: { heartrate: 'heart rate' },
};

const german: Words = {
  title: 'Es fehlen Daten',
  silent: (vendor, dataTypes, since, because) =>
    `Von ${vendor} kam seit ${since} nichts mehr (${dataTypes}): ${because}.`,
  arrived: 'Was fehlte, kommt wieder an.',
  disconnected: 'Das Konto ist getrennt, es wird nichts mehr erwartet.',
  causes: {
    revoked: ['Die Bridge hat keinen Zugriff auf das Konto mehr', 'Das Konto neu verbinden.'],
    lapsed: ['Die Mitgliedschaft ist abgelaufen', 'Die Mitgliedschaft erneuern oder das Konto trennen.'],
    scope_missing: [
      'Der Zugriff darauf wurde nicht erlaubt',
      'Das Konto neu verbinden und den Zugriff auf diese Daten erlauben.',
    ],
    subscription_gone: [
      'Der Anbieter meldet der Bridge nichts davon',
      'Hier ist nichts zu tun: Der Betrieb der Bridge weiß davon.',
    ],
    missed: ['Meldungen darüber gingen verloren', 'Es ist nichts zu tun: Die Daten werden nachgeholt.'],
    vendor_has_nothing: [
      'Auch der Anbieter hat nichts erhalten',
      'Prüfen, ob das Gerät getragen wird und geladen ist, und seine App öffnen, damit sie synchronisiert.',
    ],
    vendor_unreachable: [
      'Der Anbieter antwortet nicht',
      'Es ist nichts zu tun: Die Bridge fragt alle 15 Minuten nach.',
    ],
  },
  dataTypes: {
    sleep: 'Schlaf',
    daily_sleep: 'Schlaf des Tages',
    daily_readiness: 'Bereitschaft des Tages',
    daily_activity: 'Aktivität des Tages',
    heartrate: 'Puls',
    recovery: 'Erholung',
    cycle: 'Belastung des Tages',
  },
};

const words: Readonly<Record<Language, Words>> = { en: english, de: german };

/** What people read of a connection's silences: which data, since when, why, and what to do. Of several causes the first counts. */
export function silenceWords(
  vendor: string,
  silences: readonly Silence[],
  language: Language,
): { readonly title: string; readonly summary: string; readonly advice: string } {
  const { title, silent, causes, dataTypes } = words[language];
  const cause = silenceCauses.find((one) => silences.some((silence) => silence.cause === one));
  if (cause === undefined) throw new Error('nothing is silent');
  const [because, advice] = causes[cause];
  const names = silences.map(({ dataType }) => dataTypes[dataType] ?? dataType.replaceAll('_', ' '));
  const since = Math.min(...silences.map(({ sinceMs }) => sinceMs));
  return { title, summary: silent(nameOf(vendor), names.join(', '), minuteOf(since), because), advice };
}

/** The same when nothing is silent any more. */
export function arrivalWords(
  state: ConnectionState,
  language: Language,
): { readonly title: string; readonly summary: string } {
  const { title, arrived, disconnected } = words[language];
  return { title, summary: state === 'disconnected' ? disconnected : arrived };
}

function nameOf(vendor: string): string {
  return vendor.charAt(0).toUpperCase() + vendor.slice(1);
}

function minuteOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
