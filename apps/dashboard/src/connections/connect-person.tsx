import type { TargetedSubmitEvent } from 'preact';
import { Field, textOf } from '../parts/fields.tsx';
import { connectPath } from './connection-entry.tsx';

const vendors = [
  ['oura', 'Oura'],
  ['whoop', 'WHOOP'],
] as const;

/** Leads to a vendor's consent for a person without a connection. */
export function ConnectPerson() {
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    location.assign(connectPath(textOf(form, 'vendor'), textOf(form, 'user_id')));
  };
  return (
    <details class="connect-person">
      <summary>Connect a person</summary>
      <form class="inline" onSubmit={submit}>
        <Field label="Person">
          {(attributes) => (
            <input {...attributes} name="user_id" required maxLength={256} autocomplete="off" />
          )}
        </Field>
        <Field label="Vendor">
          {(attributes) => (
            <select {...attributes} name="vendor">
              {vendors.map(([vendor, label]) => (
                <option key={vendor} value={vendor}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button type="submit">Go on to the vendor</button>
      </form>
    </details>
  );
}
