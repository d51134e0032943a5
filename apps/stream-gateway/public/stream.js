const retryMs = 3000;

/**
 * Follows the stream for ever. The browser resumes by itself where the connection broke; where the server answered with
 * an error it does not, and this begins again from the last id. Only frames show their ids to a page, keep-alives do not: who
 * has seen no frame yet has no id to resume from, and must read the state again (`onReset`) once the stream is open.
 */
export function followStream({ onFrame, onReset, onState, isSignedIn }) {
  let source;
  let lastId = '';
  let stopped = false;

  function open({ isReopened }) {
    let missesFrames = isReopened && !lastId;
    let wasOpen = false;
    // Nobody is named: the server then sends everyone whom the session may see.
    const query = new URLSearchParams();
    if (lastId) query.set('last_event_id', lastId);
    source = new EventSource(`/stream?${query}`);
    source.onopen = () => {
      onState('live');
      if (missesFrames) onReset();
      missesFrames = false;
      wasOpen = true;
    };
    source.onerror = () => {
      onState('reconnecting');
      // The browser resumes by itself, but only a stream that was open once.
      if (!wasOpen && !lastId) missesFrames = true;
      if (source.readyState === EventSource.CLOSED) setTimeout(again, retryMs);
    };
    for (const kind of ['event', 'transition', 'alert', 'insight']) {
      source.addEventListener(kind, (message) => {
        lastId = message.lastEventId;
        onFrame(kind, JSON.parse(message.data));
      });
    }
    source.addEventListener('reset', (message) => {
      lastId = message.lastEventId;
      onReset();
    });
  }

  async function again() {
    if (stopped) return;
    try {
      if (!(await isSignedIn())) return;
    } catch {
      // The server is away: that is no reason to sign out.
      setTimeout(again, retryMs);
      return;
    }
    if (!stopped) open({ isReopened: true });
  }

  open({ isReopened: false });
  return () => {
    stopped = true;
    source.close();
  };
}
