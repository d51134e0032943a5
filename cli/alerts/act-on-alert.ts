import type { Alert } from '@bridge/contracts';
import { alertInWords } from './alert-words.ts';
import { apiOf, type ApiOptions, type Surroundings } from './api-options.ts';
import { plainText } from '../api/table.ts';
import { alertIdOf, noAlert } from './whole-id.ts';

type Action = { readonly name: string; readonly body: unknown };

/** Does something to an alert, and prints how it stands then. */
export async function actOnAlert(
  surroundings: Surroundings,
  options: ApiOptions,
  start: string,
  { name, body }: Action,
): Promise<void> {
  const api = apiOf(surroundings, options);
  const id = await alertIdOf(api, start);
  const alert = (await api.ask('POST', `/alerts/${id}/${name}`, { body, missing: noAlert })) as Alert;
  surroundings.print(options.json === true ? JSON.stringify(alert) : plainText(alertInWords(alert)));
}

/** The most minutes that an alert can be put off: 90 days. */
export const mostMinutes = 90 * 1_440;
