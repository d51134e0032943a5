import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, isIPv6, type LookupFunction, type Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import type { ReceiverAnswer, ReceiverConnection, ReceiverRequest, SendContext } from './channel.ts';
import { connectionFailure } from './connection-failure.ts';

export type ReceiverClientOptions = {
  /** A `host` or `host:port` whose addresses may be private. */
  readonly allowedPrivateHosts: readonly string[];
  /** For the whole exchange, from the lookup of the name to the end of the answer. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  /** PEM; trusted beside the public ones. */
  readonly certificateAuthorities?: readonly string[];
  /** In tests; else the system's. */
  readonly lookup?: LookupFunction;
};

export type ReceiverClient = Pick<SendContext, 'request' | 'connect' | 'timeoutMs'> & {
  readonly close: () => void;
};

/** Where clouds answer with credentials. Refused for allowed hosts, too, unless the deployment names the address itself. */
const metadataAddresses = [
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  'fd00:ec2::254',
  '100.100.100.200',
  '168.63.129.16',
];

/** IPv6 addresses that hold one of IPv4, as ::7f00:1 holds 127.0.0.1. The library knows them only in their dotted form. */
const compatibleAddresses = new BlockList();
compatibleAddresses.addSubnet('::', 96, 'ipv6');

/**
 * The only way out of the service to receivers. Each connection looks its name up once, checks every address of the answer,
 * and connects to one of those, so a name that changes its answer gains nothing.
 */
export function createReceiverClient(options: ReceiverClientOptions): ReceiverClient {
  const { timeoutMs } = options;
  const allowed = new Set(options.allowedPrivateHosts.map((host) => host.toLowerCase()));
  const isAllowed = (host: string, port: number) =>
    allowed.has(host) || allowed.has(`${host}:${port}`) || allowed.has(`[${host}]:${port}`);
  const agents = { strict: agentsOf(options, []), lenient: agentsOf(options, [...allowed]) };
  const agentsFor = (host: string, port: number) => agents[isAllowed(host, port) ? 'lenient' : 'strict'];

  async function request(given: ReceiverRequest): Promise<ReceiverAnswer> {
    const url = receiverUrl(given.url);
    if (url === undefined) return { kind: 'failed', reason: 'settings' };
    if (!Object.entries(given.headers).every(isSafeHeader)) return { kind: 'failed', reason: 'template' };
    const [host, port] = addressOf(url);
    if (isCompatible(host)) return { kind: 'failed', reason: 'forbidden_address' };
    const { http, https } = agentsFor(host, port);
    const agent = url.protocol === 'https:' ? https : http;
    const signal = AbortSignal.timeout(timeoutMs);
    const exchange = () => exchangeOnce(given, url, { agent, signal, maxBytes: options.maxAnswerBytes });
    const first = await exchange();
    // The receiver closed an idle connection at the moment of its reuse.
    return first === 'stale' ? answerOf(await exchange()) : first;
  }

  async function connect(host: string, port: number): Promise<ReceiverConnection> {
    const name = host.toLowerCase();
    if (isCompatible(name)) return { kind: 'failed', reason: 'forbidden_address' };
    const lookup = options.lookup && { lookup: options.lookup };
    const socket = agentsFor(name, port).http.createConnection({ host: name, port, ...lookup }) as Socket;
    // An error between here and the caller's own listener must not end the process.
    socket.on('error', () => {});
    return new Promise((resolve) => {
      const fail = (error: unknown) => {
        clearTimeout(timer);
        socket.destroy();
        resolve({ kind: 'failed', reason: connectionFailure(error) });
      };
      const timer = setTimeout(() => fail({ code: 'ETIMEDOUT' }), timeoutMs);
      socket.once('error', fail).once('connect', () => {
        clearTimeout(timer);
        socket.off('error', fail);
        resolve({ kind: 'connected', socket });
      });
    });
  }

  function close(): void {
    for (const { http, https } of Object.values(agents)) {
      http.destroy();
      https.destroy();
    }
  }

  return { request, connect, close, timeoutMs };
}

function agentsOf({ lookup, certificateAuthorities }: ReceiverClientOptions, allowed: readonly string[]) {
  const isLenient = allowed.length > 0;
  const options = {
    keepAlive: true,
    maxFreeSockets: 4,
    // Of idle connections.
    timeout: 30_000,
    allowPrivateIPAddress: isLenient,
    allowIPAddressList: allowed.map(withoutPort).filter((host) => isIP(host) !== 0),
    // The library takes this one for an ordinary public address.
    denyIPAddressList: isLenient ? metadataAddresses : ['168.63.129.16'],
    ...(lookup && { lookup }),
  };
  const ca = certificateAuthorities && { ca: [...rootCertificates, ...certificateAuthorities] };
  return {
    http: new RequestFilteringHttpAgent(options),
    https: new RequestFilteringHttpsAgent({ ...options, ...ca }),
  };
}

function isCompatible(host: string): boolean {
  return isIPv6(host) && host !== '::1' && compatibleAddresses.check(host, 'ipv6');
}

function withoutPort(host: string): string {
  return isIP(host) === 0 ? host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') : host;
}

/** Undefined for anything but an HTTP address without credentials. */
function receiverUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isHttp = url.protocol === 'https:' || url.protocol === 'http:';
  return isHttp && url.username === '' && url.password === '' ? url : undefined;
}

function addressOf({ hostname, port, protocol }: URL): [string, number] {
  return [hostname.replace(/^\[(.*)\]$/, '$1'), Number(port || (protocol === 'https:' ? 443 : 80))];
}

/** Line breaks in a header would begin another one. */
function isSafeHeader([name, value]: [string, string]): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e]*$/.test(value);
}

type Exchange = {
  readonly agent: RequestFilteringHttpAgent | RequestFilteringHttpsAgent;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
};

async function exchangeOnce(
  { method, headers, body }: ReceiverRequest,
  url: URL,
  { agent, signal, maxBytes }: Exchange,
): Promise<ReceiverAnswer | 'stale'> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const sent = send(url, {
    method,
    agent,
    signal,
    headers: {
      'user-agent': 'biometric-bridge',
      'accept-encoding': 'identity',
      ...headers,
      'content-length': Buffer.byteLength(body),
    },
  });
  try {
    const answered = answerTo(sent);
    sent.end(body);
    const response = await answered;
    return {
      kind: 'answer',
      status: response.statusCode ?? 0,
      headers: singleHeaders(response),
      body: await readAnswer(response, maxBytes),
    };
  } catch (error) {
    if (sent.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET') return 'stale';
    return { kind: 'failed', reason: connectionFailure(error) };
  }
}

/** Rejects also where the connection ends without an answer, as it does when a receiver wants to change the protocol. */
function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // A connection may break again while it is closed.
    sent.on('error', reject);
    sent.once('response', resolve);
    sent.once('close', () => reject(new Error('no answer')));
  });
}

function answerOf(answer: ReceiverAnswer | 'stale'): ReceiverAnswer {
  return answer === 'stale' ? { kind: 'failed', reason: 'connection' } : answer;
}

/** The status has arrived and counts: a body that is too long, too slow or broken is cut. */
async function readAnswer(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= maxBytes) break;
    }
  } catch {
    response.destroy();
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}

function singleHeaders({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
