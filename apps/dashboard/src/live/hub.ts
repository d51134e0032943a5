import { isWanted, type Interest, type LiveMessage, type TabMessage } from './live-message.ts';
import { type OpenStream } from './open-stream.ts';

type Tab = { interest: Interest; readonly post: (message: LiveMessage) => void };

export type Hub = {
  /** Passes the tab's messages in; the stream's go to `post`. */
  readonly join: (post: (message: LiveMessage) => void) => (message: TabMessage) => void;
};

/** One stream for many tabs. It is open while there are any. */
export function createHub(open: (emit: (message: LiveMessage) => void) => OpenStream): Hub {
  const tabs = new Set<Tab>();
  let stream: OpenStream | undefined;
  /** For tabs that come later. */
  let connection: LiveMessage | undefined;

  function emit(message: LiveMessage): void {
    if (message.type === 'connection') connection = message;
    for (const tab of tabs) if (isWanted(message, tab.interest)) tab.post(message);
  }

  function close(): void {
    stream?.close();
    stream = undefined;
    connection = undefined;
  }

  return {
    join(post) {
      const tab: Tab = { interest: { events: [] }, post };
      tabs.add(tab);
      if (connection !== undefined) post(connection);
      stream ??= open(emit);
      return (message) => {
        switch (message.type) {
          case 'interest':
            tab.interest = message.interest;
            break;
          case 'restart':
            tabs.add(tab);
            close();
            stream = open(emit);
            break;
          case 'bye':
            tabs.delete(tab);
            if (tabs.size === 0) close();
            break;
        }
      };
    },
  };
}
