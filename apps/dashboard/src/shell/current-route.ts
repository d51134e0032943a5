import { signal } from '@preact/signals';
import { parseRoute } from './route.ts';

export const route = signal(parseRoute(location.hash));

addEventListener('hashchange', () => {
  route.value = parseRoute(location.hash);
});

/** Goes to another place, by default as a step that the back button undoes. */
export function goTo(fragment: string, { replace = false } = {}): void {
  if (replace) {
    history.replaceState(null, '', fragment);
    route.value = parseRoute(location.hash);
  } else location.hash = fragment;
}

/** Changes parameters of the place without a step in the history; undefined or empty removes one. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const [path = '#/'] = (location.hash === '' ? '#/' : location.hash).split('?', 1);
  const query = new URLSearchParams(route.value.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  goTo(text === '' ? path : `${path}?${text}`, { replace: true });
}
