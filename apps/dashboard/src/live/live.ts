import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { connect } from './connect.ts';
import {
  union,
  type ConnectionState,
  type Happening,
  type Interest,
  type LiveMessage,
  type TabMessage,
} from './live-message.ts';

/** The stream as this tab knows it. */
export const connection = signal<ConnectionState>('connecting');

/** What a person should know of the last interruption. */
export const continuityNotice = signal<string | undefined>(undefined);

/** Grows whenever something may have been missed: what is shown is then read again. */
export const reloads = signal(0);

const listeners = new Set<(happening: Happening) => void>();
const interests = new Map<symbol, Interest>();
let send: ((message: TabMessage) => void) | undefined;

const notices = {
  started: undefined,
  resumed: 'Connection resumed, nothing missed',
  gap: 'There was a gap in the connection; everything was reloaded',
} as const;

/** Joins the stream, or begins it anew for another session. */
export function startLive(): void {
  if (send !== undefined) {
    send({ type: 'restart' });
    return;
  }
  ({ send } = connect(receive));
  // A page that is kept for the back button gets no messages meanwhile.
  addEventListener('pagehide', () => send?.({ type: 'bye' }));
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });
  sendInterest();
}

function receive(message: LiveMessage): void {
  switch (message.type) {
    case 'connection':
      connection.value = message.state;
      break;
    case 'continuity':
      continuityNotice.value = notices[message.continuity];
      if (message.continuity !== 'resumed') reloads.value += 1;
      break;
    case 'lagging':
      continuityNotice.value = 'This browser is slow: only the newest values are sent';
      break;
    case 'happening':
      for (const listener of listeners) listener(message.happening);
      break;
  }
}

/** Calls `listener` with everything that happens to anybody; events come for those in `useInterest` only. */
export function useHappenings(listener: (happening: Happening) => void): void {
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(() => {
    const call = (happening: Happening) => newest.current(happening);
    listeners.add(call);
    return () => void listeners.delete(call);
  }, []);
}

/** Asks for the events of these persons for as long as the component is there. */
export function useInterest(interest: Interest): void {
  const key = interest.events === 'all' ? 'all' : interest.events.join('\n');
  useEffect(() => {
    const id = Symbol('interest');
    interests.set(id, interest);
    sendInterest();
    return () => {
      interests.delete(id);
      sendInterest();
    };
  }, [key]);
}

function sendInterest(): void {
  send?.({ type: 'interest', interest: union(interests.values()) });
}
