import { CodedError } from '@bridge/core';

/** Undefined for a sealed value that was changed or moved, or is no JSON. */
export async function readable<T>(unseal: () => Promise<T>): Promise<T | undefined> {
  try {
    return await unseal();
  } catch (error) {
    if (error instanceof CodedError && error.code === 'sealed_value_rejected') return undefined;
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
