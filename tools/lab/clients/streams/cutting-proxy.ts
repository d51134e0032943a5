import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type CuttingProxy = AsyncDisposable & {
  readonly origin: string;
  /** Connections that carried a stream and were cut. */
  readonly cuts: () => number;
};

/** Cuts the first streams that pass through it in the middle of whatever is on the way; the later ones live. */
export async function startCuttingProxy(
  upstream: URL,
  { cuts: most, afterMs }: { readonly cuts: number; readonly afterMs: number },
): Promise<CuttingProxy> {
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const gateway = connect(Number(upstream.port), upstream.hostname);
    for (const socket of [client, gateway]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    }
    client.pipe(gateway).on('close', () => client.destroy());
    client.on('close', () => gateway.destroy());
    let isStream = false;
    gateway.on('data', (chunk: Buffer) => {
      if (!isStream && chunk.includes('text/event-stream') && cuts < most) {
        cuts += 1;
        setTimeout(() => {
          client.destroy();
          gateway.destroy();
        }, afterMs);
      }
      isStream ||= chunk.includes('text/event-stream');
      client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    cuts: () => cuts,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
