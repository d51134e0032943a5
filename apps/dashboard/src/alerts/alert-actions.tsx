import type { Alert } from '@bridge/contracts';
import { useState } from 'preact/hooks';
import { send, type Answer } from '../api/request.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { alertLabel } from '../words/say.ts';
import { ResolveDialog } from './resolve-dialog.tsx';
import { SilenceDialog } from './silence-dialog.tsx';
import { takeAlert } from './open-alerts.ts';

type ActionsProps = { readonly alert: Alert; readonly onDone?: () => void };

type Act = (action: string, body: unknown) => () => Promise<Answer<Alert>>;

/** Everything that a person can do about an alert. */
export function AlertActions({ alert, onDone }: ActionsProps) {
  const [dialog, setDialog] = useState<'silence' | 'resolve'>();
  const name = `${alertLabel(alert.kind)} of ${alert.user_id}`;
  const act: Act = (action, body) => async () => {
    const answer = await send<Alert>('POST', `/alerts/${alert.alert_id}/${action}`, body);
    if (answer.ok) takeAlert(answer.value);
    return answer;
  };
  const done = onDone === undefined ? {} : { onDone };
  return (
    <div class="actions" role="group" aria-label={`Actions: ${name}`}>
      {alert.status !== 'resolved' && (
        <OpenActions alert={alert} name={name} act={act} done={done} onDialog={setDialog} />
      )}
      <ActionButton
        label={`Useful: ${name}`}
        task={act('feedback', { useful: true })}
        done="Thank you: judged useful"
        {...done}
      >
        Useful
      </ActionButton>
      <ActionButton
        label={`Not useful: ${name}`}
        task={act('feedback', { useful: false })}
        done="Thank you: judged not useful"
        {...done}
      >
        Not useful
      </ActionButton>
      {dialog === 'silence' && <SilenceDialog alert={alert} onClose={() => setDialog(undefined)} />}
      {dialog === 'resolve' && (
        <ResolveDialog
          name={name}
          resolve={(body) => act('resolve', body)()}
          onClose={() => setDialog(undefined)}
          {...done}
        />
      )}
    </div>
  );
}

type OpenActionsProps = {
  readonly alert: Alert;
  readonly name: string;
  readonly act: Act;
  readonly done: { readonly onDone?: () => void };
  readonly onDialog: (dialog: 'silence' | 'resolve') => void;
};

function OpenActions({ alert, name, act, done, onDialog }: OpenActionsProps) {
  return (
    <>
      {alert.acknowledged === undefined ? (
        <ActionButton
          label={`Acknowledge: ${name}`}
          task={act('acknowledge', {})}
          done="Acknowledged"
          {...done}
        >
          Acknowledge
        </ActionButton>
      ) : (
        <ActionButton
          label={`Give back: ${name}`}
          task={act('unacknowledge', {})}
          done="Given back"
          {...done}
        >
          Give back
        </ActionButton>
      )}
      <ActionButton
        label={`Snooze 1 h: ${name}`}
        task={act('snooze', { for_minutes: 60 })}
        done="Snoozed for an hour"
        {...done}
      >
        Snooze 1 h
      </ActionButton>
      <ActionButton
        label={`Snooze 8 h: ${name}`}
        task={act('snooze', { for_minutes: 480 })}
        done="Snoozed for eight hours"
        {...done}
      >
        8 h
      </ActionButton>
      <button type="button" aria-label={`Silence: ${name}`} onClick={() => onDialog('silence')}>
        Silence …
      </button>
      <button type="button" aria-label={`Resolve: ${name}`} onClick={() => onDialog('resolve')}>
        Resolve …
      </button>
    </>
  );
}
