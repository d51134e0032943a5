import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export type Post = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
};

/** Sends notices over kept connections. `close` drops those that are open. */
export function createPoster() {
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true });
  return {
    /** The status of the answer; 0 when there was none. Its body is not looked at. */
    post({ url, headers, body, timeoutMs }: Post): Promise<number> {
      const { promise, resolve } = Promise.withResolvers<number>();
      const options = {
        method: 'POST',
        timeout: timeoutMs,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
      };
      const request = url.startsWith('https:')
        ? httpsRequest(url, { ...options, agent: https })
        : httpRequest(url, { ...options, agent: http });
      request.on('response', (response) => {
        response.on('error', () => resolve(0));
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(0));
      request.on('close', () => resolve(0));
      request.end(body);
      return promise;
    },
    close(): void {
      http.destroy();
      https.destroy();
    },
  };
}
