/** Where a person is on the page: the fragment of the address, which browsers send to no server. */
export type Route =
  | { readonly view: 'overview'; readonly query: URLSearchParams }
  | { readonly view: 'person'; readonly userId: string; readonly query: URLSearchParams }
  | { readonly view: 'alerts'; readonly alertId: string | undefined; readonly query: URLSearchParams }
  | { readonly view: 'connections'; readonly query: URLSearchParams }
  | { readonly view: 'pipeline'; readonly query: URLSearchParams }
  | { readonly view: 'settings'; readonly section: string; readonly query: URLSearchParams }
  | { readonly view: 'unknown'; readonly query: URLSearchParams };

export function parseRoute(fragment: string): Route {
  const [path = '', search = ''] = fragment.replace(/^#\/?/, '').split('?', 2);
  const query = new URLSearchParams(search);
  const [first = '', second] = path.split('/').map(decoded);
  switch (first) {
    case '':
    case 'people':
      return second === undefined || second === ''
        ? { view: 'overview', query }
        : { view: 'person', userId: second, query };
    case 'alerts':
      return { view: 'alerts', alertId: second, query };
    case 'connections':
    case 'pipeline':
      return { view: first, query };
    case 'settings':
      return { view: 'settings', section: second ?? 'profile', query };
    default:
      return { view: 'unknown', query };
  }
}

export function personLink(userId: string): string {
  return `#/people/${encodeURIComponent(userId)}`;
}

export function alertLink(alertId: string): string {
  return `#/alerts/${encodeURIComponent(alertId)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray % that somebody typed.
    return text;
  }
}
