import { once } from 'node:events';
import { createServer, type AddressInfo, type LookupFunction } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { certificate } from '../../test/receivers/certificate.ts';
import { startReceiver, type ReceiverPlace } from '../../test/receivers/start-receiver.ts';
import type { ReceiverRequest } from './channel.ts';
import { createReceiverClient, type ReceiverClientOptions } from './send-request.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function clientWith(options: Partial<ReceiverClientOptions> = {}) {
  const client = createReceiverClient({
    allowedPrivateHosts: ['127.0.0.1'],
    timeoutMs: 30_000,
    maxAnswerBytes: 1_000,
    ...options,
  });
  cleanups.push(client.close);
  return client;
}

async function receiverAt(place?: ReceiverPlace) {
  const receiver = await startReceiver(() => ({ status: 200, body: 'thanks' }), place);
  cleanups.push(receiver.close);
  return receiver;
}

const post = (url: string, fields: Partial<ReceiverRequest> = {}): ReceiverRequest => ({
  url,
  method: 'POST',
  headers: {},
  body: '{}',
  ...fields,
});

/** Answers each lookup with the next of these addresses, and counts them. */
function lookupOf(...addresses: string[]) {
  const asked: string[] = [];
  const lookup: LookupFunction = (host, options, callback) => {
    const address = addresses[asked.length] ?? '';
    asked.push(host);
    const family = address.includes(':') ? 6 : 4;
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
  return { lookup, asked };
}

describe('addresses', () => {
  test.each([
    'http://127.0.0.1:9/',
    'http://2130706433:9/',
    'http://0x7f.1:9/',
    'http://localhost:9/',
    'http://0.0.0.0:9/',
    'http://10.1.2.3/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://192.0.0.192/',
    'http://168.63.129.16/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::]/',
    'http://[::1]:9/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
  ])('%s is refused', async (url) => {
    const { request } = clientWith({ allowedPrivateHosts: [] });
    expect(await request(post(url))).toEqual({ kind: 'failed', reason: 'forbidden_address' });
  });

  test.each([
    '10.0.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '168.63.129.16',
    '::1',
    '::ffff:10.0.0.1',
    'fe80::1%lo',
  ])('a name with the address %s is refused, over HTTP and without it', async (address) => {
    const { lookup, asked } = lookupOf(address, address, address);
    const { request, connect } = clientWith({ lookup });
    const refusal = { kind: 'failed', reason: 'forbidden_address' };
    expect(await request(post('http://receiver.test/'))).toEqual(refusal);
    expect(await request(post('https://receiver.test/'))).toEqual(refusal);
    expect(await connect('receiver.test', 25)).toEqual(refusal);
    expect(asked).toHaveLength(3);
  });

  test('one private address among public ones is enough', async () => {
    const lookup: LookupFunction = (_host, _options, callback) =>
      callback(null, [
        { address: '8.8.8.8', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    const { request } = clientWith({ lookup });
    expect(await request(post('http://receiver.test/'))).toMatchObject({ reason: 'forbidden_address' });
  });

  test('a host is allowed by name, or by name and port', async () => {
    const { port } = await receiverAt();
    const answers = async (allowed: string) => {
      const { lookup } = lookupOf('127.0.0.1');
      const { request } = clientWith({ allowedPrivateHosts: [allowed], lookup });
      return (await request(post(`http://Receiver.test:${port}/`))).kind;
    };
    expect(await answers('receiver.test')).toBe('answer');
    expect(await answers(`receiver.test:${port}`)).toBe('answer');
    expect(await answers(`receiver.test:${port + 1}`)).toBe('failed');
    expect(await answers('test')).toBe('failed');
  });

  test('the address that was checked is the one that is connected to', async () => {
    const right = await receiverAt();
    const { lookup, asked } = lookupOf('127.0.0.1', '127.0.0.2', '169.254.169.254');
    const other = await receiverAt({ host: '127.0.0.2', port: right.port });
    const options = { allowedPrivateHosts: ['receiver.test'], lookup };
    const url = `http://receiver.test:${right.port}/`;
    expect(await clientWith(options).request(post(url))).toMatchObject({ status: 200 });
    expect([right.requests.length, other.requests.length, asked.length]).toEqual([1, 0, 1]);
    // A new connection is a new lookup with a check of its own.
    expect(await clientWith(options).request(post(url))).toMatchObject({ status: 200 });
    expect([right.requests.length, other.requests.length, asked.length]).toEqual([1, 1, 2]);
    expect(await clientWith(options).request(post(url))).toMatchObject({ reason: 'forbidden_address' });
    expect([right.requests.length, other.requests.length, asked.length]).toEqual([1, 1, 3]);
  });

  test('a connection without HTTP goes to the checked address, too', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).end('220 hello\r\n')).listen(
      0,
      '127.0.0.1',
    );
    cleanups.push(() => server.close());
    await once(server, 'listening');
    const { lookup, asked } = lookupOf('127.0.0.1', '10.0.0.1');
    const { connect } = clientWith({ allowedPrivateHosts: ['mail.test'], lookup });
    const opened = await connect('MAIL.test', (server.address() as AddressInfo).port);
    if (opened.kind === 'failed') throw new Error(opened.reason);
    expect(opened.socket.remoteAddress).toBe('127.0.0.1');
    expect(asked).toEqual(['mail.test']);
    opened.socket.destroy();
  });
});

describe('requests', () => {
  test('carry method, headers and body', async () => {
    const { url, requests } = await receiverAt();
    const answer = await clientWith().request(
      post(`${url}/path?x=1`, { method: 'PUT', headers: { 'x-kind': 'test' }, body: 'Grüße' }),
    );
    expect(answer).toMatchObject({ kind: 'answer', status: 200, body: 'thanks' });
    expect(requests).toMatchObject([
      { method: 'PUT', path: '/path?x=1', headers: { 'x-kind': 'test' }, body: 'Grüße' },
    ]);
  });

  test.each([
    ['no address', 'receiver'],
    ['another protocol', 'file:///etc/passwd'],
    ['a password in the address', 'http://name:word@127.0.0.1/'],
  ])('%s: settings', async (_what, url) => {
    expect(await clientWith().request(post(url))).toEqual({ kind: 'failed', reason: 'settings' });
  });

  test.each([
    { 'x-person': 'a\r\nx-admin: 1' },
    { 'x-person': 'a\nb' },
    { 'x-person': 'a\u0000' },
    { 'x-person': 'Zoë' },
    { 'x-a\r\nx-b': '1' },
    { 'x a': '1' },
  ])('a header that would begin another one is never sent', async (headers) => {
    const { url, requests } = await receiverAt();
    expect(await clientWith().request(post(url, { headers }))).toEqual({
      kind: 'failed',
      reason: 'template',
    });
    expect(requests).toEqual([]);
  });

  test('a redirect is not followed', async () => {
    const { url, requests, behave } = await receiverAt();
    behave({ status: 301, headers: { location: 'http://169.254.169.254/' } });
    expect(await clientWith().request(post(url))).toMatchObject({ kind: 'answer', status: 301 });
    expect(requests).toHaveLength(1);
  });

  test('a connection that the receiver closed while it was idle costs no attempt', async () => {
    const { port, ...first } = await receiverAt();
    const { request } = clientWith();
    await request(post(first.url));
    await first.close();
    cleanups.splice(0, 1);
    const second = await receiverAt({ port });
    expect(await request(post(second.url))).toMatchObject({ status: 200 });
  });
});

describe('receivers that misbehave', () => {
  const timeoutMs = 100;

  test('no answer: timeout', async () => {
    const { url, behave } = await receiverAt();
    behave('hang');
    const { request } = clientWith({ timeoutMs });
    expect(await request(post(url))).toEqual({ kind: 'failed', reason: 'timeout' });
  });

  test('an endless body is cut; its status counts', async () => {
    const { url, behave } = await receiverAt();
    behave('endless');
    const answer = await clientWith().request(post(url));
    expect(answer).toMatchObject({ kind: 'answer', status: 200 });
    expect(answer.kind === 'answer' && answer.body).toHaveLength(1_000);
  });

  test('a body that stops coming is cut at the time limit', async () => {
    const { url, behave } = await receiverAt();
    behave('stalled');
    const { request } = clientWith({ timeoutMs: 1_000 });
    expect(await request(post(url))).toMatchObject({ kind: 'answer', status: 200, body: 'o' });
  });

  test('endless headers', async () => {
    const { url, behave } = await receiverAt();
    behave('headers');
    expect(await clientWith().request(post(url))).toEqual({ kind: 'failed', reason: 'answer_too_large' });
  });

  test('a closed connection, and nobody there', async () => {
    const { url, behave, close } = await receiverAt();
    const { request, connect } = clientWith();
    behave('cut');
    expect(await request(post(url))).toEqual({ kind: 'failed', reason: 'connection' });
    await close();
    cleanups.splice(0, 1);
    expect(await request(post(url))).toEqual({ kind: 'failed', reason: 'connection' });
    expect(await connect('127.0.0.1', Number(new URL(url).port))).toEqual({
      kind: 'failed',
      reason: 'connection',
    });
  });

  test('a change of the protocol, after which no answer comes', async () => {
    const server = createServer((socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Hello\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      ),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect(await clientWith().request(post(`http://127.0.0.1:${port}/`))).toEqual({
      kind: 'failed',
      reason: 'connection',
    });
  });

  test('an answer that is no HTTP', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).end('SSH-2.0\r\n')).listen(
      0,
      '127.0.0.1',
    );
    cleanups.push(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { request } = clientWith();
    expect(await request(post(`http://127.0.0.1:${port}`))).toMatchObject({ reason: 'connection' });
    expect(await request(post(`https://127.0.0.1:${port}`))).toMatchObject({ reason: 'connection' });
  });
});

describe('certificates', () => {
  test('one that nobody trusts is refused', async () => {
    const { url, requests } = await receiverAt({ tls: true });
    expect(await clientWith().request(post(url))).toEqual({ kind: 'failed', reason: 'certificate' });
    expect(requests).toEqual([]);
  });

  test('one that the deployment trusts is taken, for its own names only', async () => {
    const { port } = await receiverAt({ tls: true });
    const { lookup } = lookupOf('127.0.0.1', '127.0.0.1');
    const allowedPrivateHosts = ['receiver.test', 'other.test'];
    const { request } = clientWith({ allowedPrivateHosts, lookup, certificateAuthorities: [certificate] });
    expect(await request(post(`https://receiver.test:${port}`))).toMatchObject({ status: 200 });
    expect(await request(post(`https://other.test:${port}`))).toMatchObject({ reason: 'certificate' });
  });
});
