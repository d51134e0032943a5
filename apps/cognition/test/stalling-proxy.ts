import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A server's address behind which it can hang: connections are taken and stay open, and nothing goes through. */
export async function createStallingProxy(target: URL) {
  const sockets = new Set<Socket>();
  let stalled = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    if (stalled) hold(client);
  });
  const hold = (socket: Socket) => socket.unpipe().pause();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: Object.assign(new URL(target), { hostname: '127.0.0.1', port }).href,
    stall: () => {
      stalled = true;
      sockets.forEach(hold);
    },
    /** What hung is lost, new connections go through. */
    mend: () => {
      stalled = false;
      for (const socket of sockets) socket.destroy();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
