import type { TargetedSubmitEvent } from 'preact';
import { send } from '../api/request.ts';
import { useAction } from '../parts/action-button.tsx';
import { Field, textOf } from '../parts/fields.tsx';
import { FailureNotice } from '../parts/notices.tsx';
import { scopeWords } from '../words/words.ts';
import { type NewKey } from './key-shapes.ts';

/** Makes a key; without persons it is for everybody. */
export function NewKeyForm({ onMade }: { readonly onMade: (key: string) => void }) {
  const { isBusy, failure, run } = useAction();
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const users = textOf(form, 'users')
      .split(/[\n,]/)
      .map((user) => user.trim())
      .filter((user) => user !== '');
    const body = {
      label: textOf(form, 'label'),
      scopes: new FormData(form).getAll('scope'),
      ...(users.length > 0 && { users }),
    };
    await run(async () => {
      const answer = await send<NewKey>('POST', '/keys', body);
      if (answer.ok) {
        onMade(answer.value.key);
        form.reset();
      }
      return answer;
    }, 'A new key is made');
  };
  return (
    <details>
      <summary>Make a key</summary>
      <form onSubmit={(event) => void submit(event)}>
        <Field label="Label" hint="Who or what uses it; it stands in the audit.">
          {(attributes) => <input {...attributes} name="label" required maxLength={100} autocomplete="off" />}
        </Field>
        <fieldset>
          <legend>Scopes</legend>
          {Object.entries(scopeWords).map(([scope, meaning]) => (
            <label key={scope} class="check">
              <input type="checkbox" name="scope" value={scope} />
              <span>
                <code>{scope}</code> {meaning}
              </span>
            </label>
          ))}
        </fieldset>
        <Field label="Persons" hint="One id a line; empty: everybody.">
          {(attributes) => <textarea {...attributes} name="users" rows={2} />}
        </Field>
        {failure !== undefined && <FailureNotice failure={failure} />}
        <button type="submit" class="primary" disabled={isBusy}>
          Make the key
        </button>
      </form>
    </details>
  );
}
