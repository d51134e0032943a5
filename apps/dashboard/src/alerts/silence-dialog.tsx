import type { Alert } from '@bridge/contracts';
import type { TargetedSubmitEvent } from 'preact';
import { send } from '../api/request.ts';
import { useAction } from '../parts/action-button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field, textOf } from '../parts/fields.tsx';
import { FailureNotice } from '../parts/notices.tsx';
import { alertLabel } from '../words/say.ts';

type SilenceProps = { readonly alert: Alert; readonly onClose: () => void };

const hourMs = 3_600_000;

const lengths = [
  ['1', '1 hour'],
  ['8', '8 hours'],
  ['24', '1 day'],
  ['168', '1 week'],
] as const;

/** Holds notifications about alerts like this one; the alerts themselves stay in the list. */
export function SilenceDialog({ alert: { user_id, kind }, onClose }: SilenceProps) {
  const { isBusy, failure, run } = useAction();
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const isKindOnly = textOf(form, 'what') === 'kind';
    const body = {
      match: { user_id: [user_id], ...(isKindOnly && { kind: [kind] }) },
      ends_at: new Date(Date.now() + Number(textOf(form, 'hours')) * hourMs).toISOString(),
      comment: textOf(form, 'comment'),
    };
    if (await run(() => send('POST', '/silences', body), 'Silenced')) onClose();
  };
  return (
    <Dialog title={`Silence ${alertLabel(kind)} of ${user_id}`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p class="hint">Nobody is notified meanwhile; the alerts stay in this list.</p>
        <Field label="Silence">
          {(attributes) => (
            <select {...attributes} name="what">
              <option value="kind">this kind of alert of this person</option>
              <option value="person">every alert of this person</option>
            </select>
          )}
        </Field>
        <Field label="For">
          {(attributes) => (
            <select {...attributes} name="hours">
              {lengths.map(([hours, label]) => (
                <option key={hours} value={hours}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Why">
          {(attributes) => (
            <input {...attributes} name="comment" maxLength={1_000} required autocomplete="off" />
          )}
        </Field>
        {failure !== undefined && <FailureNotice failure={failure} />}
        <button type="submit" class="primary" disabled={isBusy}>
          Silence
        </button>
      </form>
    </Dialog>
  );
}
