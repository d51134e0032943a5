import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type Balancer = {
  readonly url: string;
  /** Sets the ports to which new connections lead. */
  readonly leadTo: (ports: readonly number[]) => void;
  readonly close: () => Promise<void>;
};

/** Serves one address for several replicas. Each connection goes to the next replica that listens. */
export async function startBalancer(): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let ports: readonly number[] = [];
  let turn = 0;

  function lead(client: Socket, attempts: number): void {
    turn += 1;
    const port = ports[turn % ports.length];
    if (port === undefined || attempts === 0) {
      client.destroy();
      return;
    }
    const replica = connect(port, '127.0.0.1');
    keep(replica);
    replica.once('error', () => lead(client, attempts - 1));
    replica.once('connect', () => {
      replica.removeAllListeners('error').on('error', () => client.destroy());
      replica.once('close', () => client.destroy());
      client.once('close', () => replica.destroy());
      client.pipe(replica).pipe(client);
    });
  }

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }

  const server = createServer({ noDelay: true }, (client) => {
    keep(client);
    client.on('error', () => client.destroy());
    lead(client, ports.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (given) => void (ports = given),
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
