import { randomBytes } from 'node:crypto';
import { CodedError, type Closeable, type Log } from '@bridge/core';
import WebSocket from 'ws';

export type WebSocketPeer = Closeable & {
  /**
   * Sends texts in order and resolves once the server has taken them. Connects first where it must.
   * @throws CodedError `websocket_unavailable`: some may have arrived.
   */
  deliver(texts: readonly string[]): Promise<void>;
};

type Options = {
  readonly url: string;
  readonly log: Log;
  /** For the handshake, and for the server to take what was sent, in milliseconds. */
  readonly timeoutMs: number;
};

/**
 * One connection to a WebSocket server. A sent message may die in a buffer, so a ping follows: servers answer frames in order,
 * and the pong says that everything before it arrived. Whatever the server says itself is read and ignored.
 */
export function createWebSocketPeer({ url, log, timeoutMs }: Options): WebSocketPeer {
  let socket: WebSocket | undefined;
  let closed = false;

  async function connect(): Promise<WebSocket> {
    const connecting = new WebSocket(url, {
      handshakeTimeout: timeoutMs,
      perMessageDeflate: false,
      maxPayload: 64 * 1_024,
    });
    // An error is followed by a close, and whoever waits learns of that one.
    connecting.on('error', (error) => log.debug('websocket failed', { error }));
    connecting.on('message', () => undefined);
    await settled(connecting, timeoutMs, (done) => connecting.once('open', done));
    log.info('websocket connected');
    connecting.once('close', () => log.info('websocket closed'));
    return connecting;
  }

  async function deliver(texts: readonly string[]): Promise<void> {
    if (closed) throw unavailable('The gateway is stopping.');
    socket ??= await connect();
    const current = socket;
    const mark = randomBytes(8);
    try {
      await settled(current, timeoutMs, (done) => {
        current.on('pong', function onPong(data: Buffer) {
          if (!data.equals(mark)) return;
          current.off('pong', onPong);
          done();
        });
        for (const text of texts) current.send(text, ignoreResult);
        current.ping(mark, true, ignoreResult);
      });
    } catch (error) {
      socket = undefined;
      current.terminate();
      throw error;
    }
  }

  return {
    deliver,
    close() {
      closed = true;
      socket?.close(1001);
      socket?.terminate();
      socket = undefined;
    },
  };
}

/** A failed write closes the connection, which is noticed there. */
const ignoreResult = () => undefined;

/** Waits until `begin` calls back; the connection's end and the time limit are failures. */
function settled(socket: WebSocket, timeoutMs: number, begin: (done: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (error?: CodedError) => {
      clearTimeout(timer);
      socket.off('close', onClose);
      if (error) reject(error);
      else resolve();
    };
    const onClose = () => finish(unavailable('The server closed the connection.'));
    const timer = setTimeout(() => {
      socket.terminate();
      finish(unavailable('The server did not answer in time.'));
    }, timeoutMs);
    socket.once('close', onClose);
    if (socket.readyState === WebSocket.CLOSING || socket.readyState === WebSocket.CLOSED) onClose();
    else begin(() => finish());
  });
}

function unavailable(message: string): CodedError {
  return new CodedError('websocket_unavailable', 'transient', message);
}
