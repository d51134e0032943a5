import type { BiometricEvent } from '@bridge/contracts';

/** What a key needs to state something of a person, beside what it needs to send at all. */
export type DeclarationScope = 'profile' | 'alerts';

/** A profile needs `profile`, an answer `alerts`; readings need neither. */
export function declarationScope({
  profile,
  answer,
}: Pick<BiometricEvent, 'profile' | 'answer'>): DeclarationScope | undefined {
  if (profile !== undefined) return 'profile';
  return answer === undefined ? undefined : 'alerts';
}
