import type { Profile } from '@bridge/contracts';
import type { TargetedSubmitEvent } from 'preact';
import { read, send } from '../api/request.ts';
import { useResource } from '../api/use-resource.ts';
import { useAction } from '../parts/action-button.tsx';
import { Field, textOf } from '../parts/fields.tsx';
import { FailureNotice, Loaded } from '../parts/notices.tsx';
import { maySee } from '../session/session.ts';
import { route, setQuery } from '../shell/current-route.ts';

/** A person's profile: it decides which values are normal and in which zone a day is counted. */
export function ProfileSection() {
  const userId = route.value.query.get('user') ?? '';
  const choose = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setQuery({ user: textOf(event.currentTarget, 'user_id') });
  };
  return (
    <section class="panel" aria-labelledby="profile-title">
      <h2 id="profile-title">Profiles</h2>
      <form class="inline" onSubmit={choose}>
        <Field label="Person">
          {(attributes) => (
            <input
              {...attributes}
              name="user_id"
              required
              maxLength={256}
              defaultValue={userId}
              autocomplete="off"
            />
          )}
        </Field>
        <button type="submit">Show the profile</button>
      </form>
      {userId === '' ? (
        <p class="notice">Name a person to see their profile.</p>
      ) : (
        <PersonProfile key={userId} userId={userId} />
      )}
    </section>
  );
}

function PersonProfile({ userId }: { readonly userId: string }) {
  const path = `/users/${encodeURIComponent(userId)}/profile`;
  const profile = useResource<Profile>(path, (signal) => read(path, signal));
  return (
    <Loaded resource={profile} of="the profile">
      {(value) => <ProfileForm path={path} profile={value} onSaved={profile.reload} />}
    </Loaded>
  );
}

type FormProps = { readonly path: string; readonly profile: Profile; readonly onSaved: () => void };

function ProfileForm({ path, profile, onSaved }: FormProps) {
  const { isBusy, failure, run } = useAction();
  const mayChange = maySee('profile');
  const save = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = profileIn(event.currentTarget);
    if (await run(() => send('PUT', path, body), 'The profile is saved')) onSaved();
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <fieldset disabled={!mayChange}>
        <legend class="hidden">Profile</legend>
        <Field label="Birth year">
          {(attributes) => (
            <input
              {...attributes}
              name="birth_year"
              type="number"
              min={1900}
              max={2100}
              defaultValue={profile.birth_year}
            />
          )}
        </Field>
        <Field label="Time zone" hint="A place such as Europe/Berlin: days and nights are counted there.">
          {(attributes) => (
            <input {...attributes} name="time_zone" defaultValue={profile.time_zone} autocomplete="off" />
          )}
        </Field>
        <Field label="Language of messages">
          {(attributes) => (
            <select {...attributes} name="language" defaultValue={profile.language ?? ''}>
              <option value="">not stated</option>
              <option value="en">English</option>
              <option value="de">German</option>
            </select>
          )}
        </Field>
        <Field label="Oxygen target" hint="Scale 2 only where a doctor set 88 to 92 % as the target.">
          {(attributes) => (
            <select {...attributes} name="spo2_scale" defaultValue={String(profile.spo2_scale ?? '')}>
              <option value="">not stated</option>
              <option value="1">Scale 1: 96 % and more</option>
              <option value="2">Scale 2: 88 to 92 %</option>
            </select>
          )}
        </Field>
        {failure !== undefined && <FailureNotice failure={failure} />}
        <button type="submit" class="primary" disabled={isBusy}>
          Save
        </button>
      </fieldset>
      {!mayChange && <p class="hint">A key with the scope profile may change it.</p>}
    </form>
  );
}

/** Fields that are left empty stay as they were. */
function profileIn(form: HTMLFormElement): Record<string, string | number> {
  const body: Record<string, string | number> = {};
  for (const name of ['time_zone', 'language']) {
    const text = textOf(form, name);
    if (text !== '') body[name] = text;
  }
  for (const name of ['birth_year', 'spo2_scale']) {
    const text = textOf(form, name);
    if (text !== '') body[name] = Number(text);
  }
  return body;
}
