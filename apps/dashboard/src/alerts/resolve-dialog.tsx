import type { TargetedSubmitEvent } from 'preact';
import { type Answer } from '../api/request.ts';
import { useAction } from '../parts/action-button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field, textOf } from '../parts/fields.tsx';
import { FailureNotice } from '../parts/notices.tsx';

type ResolveProps = {
  readonly name: string;
  readonly resolve: (body: unknown) => Promise<Answer<unknown>>;
  readonly onClose: () => void;
  readonly onDone?: () => void;
};

export function ResolveDialog({ name, resolve, onClose, onDone }: ResolveProps) {
  const { isBusy, failure, run } = useAction();
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const comment = textOf(event.currentTarget, 'comment');
    if (!(await run(() => resolve(comment === '' ? {} : { comment }), 'Resolved'))) return;
    onClose();
    onDone?.();
  };
  return (
    <Dialog title={`Resolve: ${name}`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p class="hint">It stays ended until it becomes more severe, or fires again after its own end.</p>
        <Field label="Comment (optional)">
          {(attributes) => <textarea {...attributes} name="comment" maxLength={1_000} rows={3} />}
        </Field>
        {failure !== undefined && <FailureNotice failure={failure} />}
        <button type="submit" class="primary" disabled={isBusy}>
          Resolve
        </button>
      </form>
    </Dialog>
  );
}
