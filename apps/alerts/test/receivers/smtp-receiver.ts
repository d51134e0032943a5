import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { certificate, certificateKey } from './certificate.ts';

export type ReceivedMail = {
  readonly from: string;
  readonly to: readonly string[];
  /** By name in small letters, unfolded; a header that comes twice is joined by a line break. */
  readonly headers: Readonly<Record<string, string>>;
  /** All parts, decoded. */
  readonly body: string;
  readonly isEncrypted: boolean;
  readonly user: string | undefined;
};

/** `hang`: never greets. `cut`: closes the connection. A number: refuses the recipient with this reply. */
export type SmtpBehaviour = 'hang' | 'cut' | number;

export type SmtpReceiver = {
  readonly host: string;
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  readonly behave: (behaviour: SmtpBehaviour | undefined) => void;
  readonly close: () => Promise<void>;
};

type SmtpOptions = {
  /** As the channel's setting. */
  readonly security?: 'tls' | 'starttls' | 'none';
  readonly login?: { readonly user: string; readonly password: string };
};

/** A mail server on loopback. */
export async function startSmtpReceiver({
  security = 'none',
  login,
}: SmtpOptions = {}): Promise<SmtpReceiver> {
  const mails: ReceivedMail[] = [];
  let behaviour: SmtpBehaviour | undefined;
  const server = new SMTPServer({
    secure: security === 'tls',
    cert: certificate,
    key: certificateKey,
    disabledCommands: security === 'none' ? ['STARTTLS'] : [],
    authOptional: login === undefined,
    disableReverseLookup: true,
    closeTimeout: 1,
    logger: false,
    onConnect(_session, done) {
      if (behaviour === 'hang') return;
      if (behaviour === 'cut') for (const { _socket } of server.connections) _socket.destroy();
      else done();
    },
    onAuth({ username, password }, _session, done) {
      const isRight = username === login?.user && password === login?.password;
      done(isRight ? null : new Error('Invalid credentials'), isRight ? { user: username } : undefined);
    },
    onRcptTo(_address, _session, done) {
      const isRefused = typeof behaviour === 'number';
      done(isRefused ? Object.assign(new Error('Not now'), { responseCode: behaviour }) : null);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          ...parseMail(Buffer.concat(chunks).toString()),
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          isEncrypted: session.secure,
          user: session.user as string | undefined,
        });
        done();
      });
    },
  });
  // A client that goes away is no fault of the server.
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.server.address() as AddressInfo).port,
    mails,
    behave: (next) => {
      behaviour = next;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function parseMail(raw: string): Pick<ReceivedMail, 'headers' | 'body'> {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    const value = line.slice(line.indexOf(':') + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}\n${value}`;
  }
  return { headers, body: decodedQuotedPrintable(raw.slice(end + 4)) };
}

function decodedQuotedPrintable(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
