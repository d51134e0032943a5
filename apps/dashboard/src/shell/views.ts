/** The entries of the navigation, in the order of their shortcuts. A view that is to come, such as Ask, is one more line. */
export type ViewEntry = {
  readonly view: 'overview' | 'alerts' | 'connections' | 'pipeline' | 'settings';
  readonly label: string;
  readonly link: string;
  /** Pressed after `g`. */
  readonly key: string;
  /** Without it the entry is not shown. */
  readonly scope?: string;
};

export const views: readonly ViewEntry[] = [
  { view: 'overview', label: 'Overview', link: '#/', key: 'o' },
  { view: 'alerts', label: 'Alerts', link: '#/alerts', key: 'a', scope: 'alerts' },
  { view: 'connections', label: 'Connections', link: '#/connections', key: 'c', scope: 'connections' },
  { view: 'pipeline', label: 'Pipeline', link: '#/pipeline', key: 'p', scope: 'admin' },
  { view: 'settings', label: 'Settings', link: '#/settings', key: 's' },
];
