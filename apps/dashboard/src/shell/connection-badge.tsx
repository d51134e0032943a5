import { connection, continuityNotice } from '../live/live.ts';
import { type ConnectionState } from '../live/live-message.ts';

const stateWords: Readonly<Record<ConnectionState, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  signed_out: 'Signed out',
};

export function ConnectionBadge() {
  return (
    <p class="connection" id="connection" role="status" data-state={connection.value}>
      {stateWords[connection.value]}
    </p>
  );
}

/** What the last interruption meant for what is shown. */
export function ContinuityNotice() {
  const text = connection.value === 'reconnecting' ? waiting : continuityNotice.value;
  return (
    <div class="continuity" role="status" id="continuity">
      {text !== undefined && (
        <p>
          {text}
          {connection.value !== 'reconnecting' && (
            <button type="button" class="quiet" aria-label="Dismiss this message" onClick={dismiss}>
              ✕
            </button>
          )}
        </p>
      )}
    </div>
  );
}

const waiting = 'The live stream is interrupted. What is shown may be old; this page reconnects by itself.';

function dismiss(): void {
  continuityNotice.value = undefined;
}
