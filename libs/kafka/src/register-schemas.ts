import { createRegistryClient, type JsonSubject } from './registry-client.ts';

/** A registry that has just started takes seconds; one that is asked again meanwhile refuses the schema as a conflict. */
const requestTimeoutMs = 15_000;

/**
 * Registers the schemas of everything that we produce, under BACKWARD compatibility, and opens the subjects that are the
 * partners'; again changes nothing.
 * @returns The id of each subject.
 * @throws CodedError `schema_incompatible`, `compatibility_level` (permanent), `registry_unavailable` (transient).
 */
export async function registerSchemas({
  registryUrl,
  subjects,
}: {
  registryUrl: string;
  subjects: readonly JsonSubject[];
}): Promise<Map<string, number>> {
  const registry = createRegistryClient(registryUrl, requestTimeoutMs);
  const ids = new Map<string, number>();
  for (const subject of subjects) {
    ids.set(subject.subject, await registry.register(subject));
    if (subject.partnerSubject !== undefined) await registry.open(subject.partnerSubject);
  }
  return ids;
}
