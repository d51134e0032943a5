import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useOpenAlerts } from '../alerts/use-open-alerts.ts';
import { Announcer } from '../parts/announcer.tsx';
import { lazyView } from './lazy-view.tsx';
import { AlertCount } from './alert-count.tsx';
import { ConnectionBadge, ContinuityNotice } from './connection-badge.tsx';
import { route } from './current-route.ts';
import { type Route } from './route.ts';
import { Shortcuts } from './shortcuts.tsx';
import { maySee, session, signOut } from '../session/session.ts';
import { views } from './views.ts';
import { OverviewView } from '../overview/overview-view.tsx';
import './shell.css';

/** The overview is what most people see first; the others come when somebody goes there. */
const pages: Readonly<Record<Exclude<Route['view'], 'overview' | 'unknown'>, ComponentType>> = {
  person: lazyView(async () => (await import('../person/person-view.tsx')).PersonView),
  alerts: lazyView(async () => (await import('../alerts/alerts-view.tsx')).AlertsView),
  connections: lazyView(async () => (await import('../connections/connections-view.tsx')).ConnectionsView),
  pipeline: lazyView(async () => (await import('../pipeline/pipeline-view.tsx')).PipelineView),
  settings: lazyView(async () => (await import('../settings/settings-view.tsx')).SettingsView),
};

/** What surrounds every view: navigation, the state of the connection, messages and shortcuts. */
export function Shell() {
  const { view } = route.value;
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const place = placeOf(route.value);
  useOpenAlerts();
  useEffect(() => {
    document.title = `${titleOf(view)} · Biometric bridge`;
    // Whoever uses a keyboard or a screen reader goes on from the new view, not from the old link; a search has its field already.
    if (!isFirst.current && !main.current?.contains(document.activeElement)) main.current?.focus();
    isFirst.current = false;
    scrollTo(0, 0);
  }, [place]);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => skipTo(event, main.current)}>
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="#/" aria-label="Biometric bridge, overview">
          <img src="icon.svg" alt="" width="28" height="28" />
          <span>Biometric bridge</span>
        </a>
        <Navigation view={view} />
        <ConnectionBadge />
        <SignedIn />
      </header>
      <ContinuityNotice />
      <main id="main" ref={main} tabIndex={-1}>
        <View view={view} />
      </main>
      <Shortcuts />
      <Announcer />
    </>
  );
}

function View({ view }: { readonly view: Route['view'] }) {
  if (view === 'overview') return <OverviewView />;
  if (view === 'unknown') return <UnknownView />;
  const Page = pages[view];
  return <Page />;
}

function Navigation({ view }: { readonly view: Route['view'] }) {
  const current = view === 'person' ? 'overview' : view;
  return (
    <nav aria-label="Views">
      <ul>
        {views
          .filter(({ scope }) => scope === undefined || maySee(scope))
          .map((entry) => (
            <li key={entry.view}>
              <a href={entry.link} aria-current={entry.view === current ? 'page' : undefined}>
                {entry.label}
                {entry.view === 'alerts' && <AlertCount />}
              </a>
            </li>
          ))}
      </ul>
    </nav>
  );
}

function SignedIn() {
  const { value } = session;
  if (value.state !== 'signed_in') return null;
  return (
    <div class="signed-in">
      {value.name !== undefined && <span title="Signed in as">{value.name}</span>}
      <button type="button" class="quiet" id="sign-out" onClick={() => void signOut()}>
        Sign out
      </button>
    </div>
  );
}

function UnknownView() {
  return (
    <section>
      <h1>There is no such view</h1>
      <p>
        The address names nothing on this page. <a href="#/">Go to the overview.</a>
      </p>
    </section>
  );
}

/** What changes it moves the focus; parameters such as a zoom do not. */
function placeOf(current: Route): string {
  if (current.view === 'person') return `person ${current.userId}`;
  return current.view === 'settings' ? `settings ${current.section}` : current.view;
}

function titleOf(view: Route['view']): string {
  return view === 'person' ? 'Person' : (views.find((entry) => entry.view === view)?.label ?? 'Not found');
}

/** The fragment is the place of the page, so the link itself must not change it. */
function skipTo(event: MouseEvent, target: HTMLElement | null): void {
  event.preventDefault();
  target?.focus();
}
