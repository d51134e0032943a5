import { connect } from 'node:net';

/** Sends a request to a port on loopback and checks the first reply. Returns false without a reply within a second. */
export function askSocket(
  port: number,
  request: Uint8Array,
  isRight: (reply: Buffer) => boolean,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1');
  const finish = (answer: boolean) => {
    socket.destroy();
    resolve(answer);
  };
  socket.setTimeout(1000, () => finish(false));
  socket.once('error', () => finish(false));
  socket.once('close', () => finish(false));
  socket.once('connect', () => socket.write(request));
  socket.once('data', (reply) => finish(isRight(reply)));
  return promise;
}
