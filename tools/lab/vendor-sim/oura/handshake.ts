import { randomBytes } from 'node:crypto';

const timeoutMs = 10_000;

/** Sends a challenge to the callback and returns whether it answers with the challenge. */
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
