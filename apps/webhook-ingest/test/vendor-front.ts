import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type VendorReply = { readonly status: number; readonly body: string };

/**
 * Stands before a vendor's API and may answer in its place, with what the simulator never says. Whoever calls closes it.
 * @param behind Its base URL.
 */
export async function openVendorFront(behind: string) {
  let answer: (asked: URL) => VendorReply | undefined = () => undefined;
  const server = createServer((request, response) => {
    const target = request.url ?? '/';
    const told = answer(new URL(target, behind));
    if (told !== undefined) return response.writeHead(told.status).end(told.body);
    const { authorization = '' } = request.headers;
    return void fetch(behind + target, { headers: { authorization } })
      .then(async (given) => response.writeHead(given.status).end(await given.text()))
      .catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** From now on; undefined passes a request on. */
    answer(as: (asked: URL) => VendorReply | undefined): void {
      answer = as;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type VendorFront = Awaited<ReturnType<typeof openVendorFront>>;
