import { connect } from 'node:net';

/** Sends a few bytes to a port on loopback and judges the first answer. False when there is none within a second. */
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
