import { once } from 'node:events';
import { connect } from 'node:net';

export type Connection = {
  /** Sends one request and resolves with the status of its answer. One at a time. */
  readonly request: (bytes: Buffer) => Promise<number>;
  readonly close: () => void;
};

/**
 * One kept-alive HTTP/1.1 connection that understands just enough of an answer: a status and a `content-length`. A
 * tenth of what a general client costs, so that the generator leaves the machine to what it measures.
 */
export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let pending: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;
  let received = Buffer.alloc(0);

  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = received.toString('latin1', 0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    if (Number.isNaN(length)) {
      fail(new Error('an answer without content-length'));
      return;
    }
    if (received.length < end + 4 + length) return;
    received = Buffer.alloc(0);
    pending?.resolve(Number(head.slice(9, 12)));
    pending = undefined;
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the connection was closed')));

  function fail(error: Error): void {
    pending?.reject(error);
    pending = undefined;
    socket.destroy();
  }

  return {
    request: (bytes) =>
      new Promise((resolve, reject) => {
        pending = { resolve, reject };
        socket.write(bytes);
      }),
    close: () => socket.destroy(),
  };
}
