import { useEffect } from 'preact/hooks';
import { FailureNotice, LoadingNotice } from './parts/notices.tsx';
import { connection, startLive } from './live/live.ts';
import { linkIn } from './session/link.ts';
import { loadSession, session, signIn } from './session/session.ts';
import { goTo } from './shell/current-route.ts';
import { Shell } from './shell/shell.tsx';
import { SignInView } from './sign-in/sign-in-view.tsx';

/** The whole page: somebody signs in, or is and sees a view. */
export function App() {
  useEffect(() => {
    void begin();
    // A link that is opened in a tab that shows this page already changes the fragment only.
    const onFragment = () => {
      if (linkIn(location.hash) !== undefined) void begin();
    };
    addEventListener('hashchange', onFragment);
    return () => removeEventListener('hashchange', onFragment);
  }, []);

  const { value } = session;
  const isSignedIn = value.state === 'signed_in';
  useEffect(() => {
    if (isSignedIn) startLive();
  }, [isSignedIn]);
  useEffect(() => followOtherTabs(), []);

  switch (value.state) {
    case 'unknown':
      return (
        <main class="alone">
          {value.failure === undefined ? (
            <LoadingNotice of="the page" />
          ) : (
            <FailureNotice failure={value.failure} onRetry={() => void loadSession()} />
          )}
        </main>
      );
    case 'signed_out':
      return <SignInView message={value.message} methods={value.methods} />;
    case 'signed_in':
      return <Shell />;
  }
}

async function begin(): Promise<void> {
  const link = linkIn(location.hash);
  if (link === undefined) return loadSession();
  // The link works once; in the history it would only mislead.
  goTo('#/', { replace: true });
  const answer = await signIn({ link });
  if (!answer.ok)
    await loadSession(answer.failure.kind === 'signed_out' ? expiredLink : answer.failure.detail);
}

const expiredLink =
  'The link is unknown, used or expired: a link signs one browser in, within ten minutes. Make a new one.';

/** Signing out ends the session in every tab, and signing in begins it. */
function followOtherTabs(): () => void {
  return connection.subscribe((state) => {
    if (state === 'signed_out' && session.peek().state === 'signed_in')
      void loadSession('The session has ended.');
    if (state === 'live' && session.peek().state === 'signed_out') void loadSession();
  });
}
