import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server's address that can be taken away and given back, as if the server had been stopped and started. */
export async function createProxy(target: { readonly host: string; readonly port: number }) {
  const sockets = new Set<Socket>();
  let open = true;
  const server = createServer((client) => {
    if (!open) {
      client.destroy();
      return;
    }
    const upstream = connect(target.port, target.host);
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
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  function cut(): void {
    open = false;
    for (const socket of sockets) socket.destroy();
  }
  onTestFinished(() => {
    cut();
    server.close();
  });
  return { port, cut, mend: () => void (open = true) };
}

/** Where `host:port` or a URL leads. */
export function addressOf(server: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(server.includes('://') ? server : `tcp://${server}`);
  return { host: hostname, port: Number(port) };
}
