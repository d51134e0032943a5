import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type Failure } from '../api/failure.ts';
import { type Answer } from '../api/request.ts';
import { announce } from './announcer.tsx';
import { FailureNotice } from './notices.tsx';

type ActionState = { readonly isBusy: boolean; readonly failure: Failure | undefined };

export type Action = ActionState & {
  readonly run: (task: () => Promise<Answer<unknown>>, done: string) => Promise<boolean>;
};

/** One thing at a time that changes something at the server; `done` is announced when it has. */
export function useAction(): Action {
  const [state, setState] = useState<ActionState>({ isBusy: false, failure: undefined });
  async function run(task: () => Promise<Answer<unknown>>, done: string): Promise<boolean> {
    setState({ isBusy: true, failure: undefined });
    const answer = await task();
    setState({ isBusy: false, failure: answer.ok ? undefined : answer.failure });
    announce(answer.ok ? done : `${answer.failure.title}. ${answer.failure.detail}`);
    return answer.ok;
  }
  return { ...state, run };
}

type ActionButtonProps = {
  readonly task: () => Promise<Answer<unknown>>;
  readonly done: string;
  readonly onDone?: () => void;
  readonly label?: string;
  readonly isDanger?: boolean;
  readonly children: ComponentChildren;
};

export function ActionButton({ task, done, onDone, label, isDanger = false, children }: ActionButtonProps) {
  const { isBusy, failure, run } = useAction();
  return (
    <>
      <button
        type="button"
        class={isDanger ? 'danger' : undefined}
        aria-label={label}
        disabled={isBusy}
        onClick={() => void run(task, done).then((isDone) => isDone && onDone?.())}
      >
        {children}
      </button>
      {failure !== undefined && <FailureNotice failure={failure} />}
    </>
  );
}
