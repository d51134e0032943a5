import { createEdge } from './serve-edge.ts';
import { upstreams, type Upstream } from './routes.ts';

/** The process of the edge: PORT, HOST and one <SERVICE>_ORIGIN for each service come from the environment. */
const { HOST = '127.0.0.1', PORT = '8888' } = process.env;

const graceMs = 1000;

const origins = Object.fromEntries(
  upstreams.map((name) => {
    const origin = process.env[`${name.toUpperCase()}_ORIGIN`];
    if (origin === undefined) throw new Error(`${name.toUpperCase()}_ORIGIN is not set.`);
    return [name, origin];
  }),
) as Record<Upstream, string>;

const edge = createEdge({ origins, report: (line) => console.error(line) });
edge.listen(Number(PORT), HOST, () => console.log(`The edge listens on http://${HOST}:${PORT}`));

process.once('SIGTERM', () => {
  edge.close();
  // Requests under way may end; streams have no end of their own.
  setTimeout(() => edge.closeAllConnections(), graceMs).unref();
});
