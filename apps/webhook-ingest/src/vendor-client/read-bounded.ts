import { CodedError } from '@bridge/core';

/** A month of heart rate has about 2 MB. */
const mostBytes = 32 * 1024 * 1024;

/** The body, or undefined when it is larger than any document. Throws a transient error when it breaks off. */
export async function readBounded(response: Response): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      // Leaving the loop cancels the rest.
      if (size > mostBytes) return undefined;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new CodedError('vendor_broke_off', 'transient', 'The answer broke off.', { cause: error });
  }
  return Buffer.concat(chunks);
}
