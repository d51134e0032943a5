import { randomBytes } from 'node:crypto';

const timeoutMs = 10_000;

/** Whether who listens there knows the token: it gets a challenge and must give it back. */
export async function passesHandshake(callbackUrl: string, verificationToken: string): Promise<boolean> {
  const challenge = randomBytes(16).toString('hex');
  try {
    const url = new URL(callbackUrl);
    url.searchParams.set('verification_token', verificationToken);
    url.searchParams.set('challenge', challenge);
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' });
    const answer: unknown = await response.json();
    const isObject = typeof answer === 'object' && answer !== null && 'challenge' in answer;
    return response.status === 200 && isObject && answer.challenge === challenge;
  } catch {
    // Nobody listens there, or not with JSON: that is a failed handshake too.
    return false;
  }
}
