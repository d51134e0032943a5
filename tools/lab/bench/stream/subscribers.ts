import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { sharedNow, type SubscriberPlan, type SubscriberReport } from './subscriber-plan.ts';

// Thousands of subscribers on raw sockets: what an HTTP client would cost here is no part of what is measured.
const plan = JSON.parse(process.argv[2] ?? '') as SubscriberPlan;
const mark = '"object_id":"bench-';
const connectingAtOnce = 50;
const sockets: Socket[] = [];
const receipts: number[] = [];

function follow(path: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ port: plan.port, host: '127.0.0.1', noDelay: true });
  let isFollowing = false;
  let rest = '';
  socket.setEncoding('latin1').on('error', reject);
  socket.on('close', () => reject(new Error('a subscriber was disconnected')));
  socket.on('data', (chunk) => {
    const now = sharedNow();
    const text = rest + String(chunk);
    if (!isFollowing && text.includes('event: snapshot')) {
      isFollowing = true;
      resolve(socket);
    }
    const end = text.lastIndexOf('\n\n');
    rest = text.slice(end < 0 ? 0 : end);
    if (end < 0) return;
    for (let at = text.indexOf(mark); at >= 0 && at < end; at = text.indexOf(mark, at + 1)) {
      receipts.push(Number.parseInt(text.slice(at + mark.length, at + mark.length + 16), 10), now);
    }
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${plan.key}\r\n\r\n`);
  return promise;
}

async function followAll(): Promise<void> {
  const paths = [
    ...Array.from(
      { length: plan.subscribers },
      (_, nr) => `/stream?user_id=${plan.prefix}-${nr % plan.persons}`,
    ),
    ...Array.from({ length: plan.followAll }, () => '/stream'),
  ];
  const next = paths[Symbol.iterator]();
  const worker = async () => {
    for (const path of next) sockets.push(await follow(path));
  };
  await Promise.all(Array.from({ length: connectingAtOnce }, worker));
  for (let nr = 0; nr < plan.stalled; nr += 1) (await follow('/stream')).pause();
}

function report(what: SubscriberReport): void {
  process.send?.(what);
}

process.on('message', () => {
  writeFileSync(plan.file, Buffer.from(Float64Array.from(receipts).buffer));
  report({ kind: 'written', frames: receipts.length / 2 });
  receipts.length = 0;
});
process.on('disconnect', () => process.exit(0));
await followAll();
report({ kind: 'following' });
