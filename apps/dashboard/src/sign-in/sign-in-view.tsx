import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { Field, textOf } from '../parts/fields.tsx';
import { session, signIn, type SignInMethods } from '../session/session.ts';
import { ThemeSwitch } from '../shell/theme-switch.tsx';
import './sign-in.css';

type SignInProps = {
  /** Why somebody is here who was signed in, or came by a link. */
  readonly message: string | undefined;
  readonly methods: SignInMethods;
};

export function SignInView({ message, methods }: SignInProps) {
  return (
    <main class="sign-in" id="signed-out">
      <header>
        <img src="icon.svg" alt="" width="40" height="40" />
        <h1>Biometric bridge</h1>
        <ThemeSwitch />
      </header>
      {message !== undefined && (
        <p class="notice failure" role="alert">
          {message}
        </p>
      )}
      <KeyForm />
      {methods.oidc !== null && <OidcEntry issuer={methods.oidc.issuer} />}
      <LinkHelp />
    </main>
  );
}

function KeyForm() {
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const key = textOf(form, 'key');
    setBusy(true);
    const answer = await signIn({ key });
    setBusy(false);
    form.reset();
    if (!answer.ok) {
      const { kind, title, detail } = answer.failure;
      setProblem(kind === 'signed_out' ? unknownKey : `${title}. ${detail}`);
    } else if (session.value.state !== 'signed_in') setProblem(noCookie);
  };
  return (
    <section aria-labelledby="key-title">
      <h2 id="key-title">Sign in with an API key</h2>
      <form onSubmit={(event) => void submit(event)}>
        <Field
          label="API key"
          hint="It is sent once and exchanged for a session cookie; this page keeps no key."
        >
          {(attributes) => (
            <input
              {...attributes}
              name="key"
              type="password"
              autocomplete="off"
              spellcheck={false}
              required
            />
          )}
        </Field>
        {problem !== undefined && (
          <p class="notice failure" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
    </section>
  );
}

const unknownKey = 'This key is unknown, revoked or expired. Check that it was copied as a whole.';
const noCookie =
  'The key is right, but this browser keeps no cookies for this page. Allow them and try again.';

function OidcEntry({ issuer }: { readonly issuer: string }) {
  return (
    <section aria-labelledby="oidc-title">
      <h2 id="oidc-title">Sign in with your account</h2>
      <a class="button primary" href="/session/oidc/start">
        Go on to {hostOf(issuer)}
      </a>
    </section>
  );
}

function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : issuer;
}

function LinkHelp() {
  return (
    <section aria-labelledby="link-title">
      <h2 id="link-title">Sign in with a link</h2>
      <p>
        A one-time link signs one browser in. It lives ten minutes. <code>npm start</code> prints one, and
        this prints a new one:
      </p>
      <pre tabIndex={0} role="group" aria-label="Command">
        npm run bridge -- sign-in
      </pre>
    </section>
  );
}
