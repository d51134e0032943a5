import { z } from 'zod';
import { alertChangeSchema } from './alert-change.ts';
import { alertSignalSchema } from './alert-signal.ts';
import { analysisRequestSchema } from './analysis-request.ts';
import { biometricEventSchema } from './biometric-event.ts';
import { insightSchema } from './insight.ts';
import { modeTransitionSchema } from './mode-transition.ts';
import { topics, type TopicKey } from './topics.ts';

/** The schema of each topic's value. */
export const valueSchemas = {
  events: biometricEventSchema,
  transitions: modeTransitionSchema,
  alerts: alertSignalSchema,
  alertChanges: alertChangeSchema,
  insights: insightSchema,
  analysisRequests: analysisRequestSchema,
} as const satisfies Record<TopicKey, z.ZodType>;

export type RegistrySubject = {
  readonly subject: string;
  /** Where clients register by default. It is the partners', so nothing that they register is measured by our schema. */
  readonly partnerSubject: string;
  readonly topic: string;
  readonly schemaType: 'JSON';
  readonly compatibility: 'BACKWARD';
  /** Draft 7, the newest draft that both the registry and its client check. */
  readonly schema: Readonly<Record<string, unknown>>;
};

/**
 * The registered schemas, one subject per topic, beside the one where partners' clients register theirs. Objects are closed, since only then is a new optional field a
 * backward compatible change; our consumers leave out fields that they do not know.
 */
export function registrySubjects(): RegistrySubject[] {
  return (Object.keys(topics) as TopicKey[]).map((key) => ({
    subject: `bridge.${topics[key].name}-value`,
    partnerSubject: `${topics[key].name}-value`,
    topic: topics[key].name,
    schemaType: 'JSON',
    compatibility: 'BACKWARD',
    schema: jsonSchemaOf(topics[key].value, valueSchemas[key]),
  }));
}

/** With the named schema itself at the root: in draft 7 a `$ref` there would hide everything beside it. */
function jsonSchemaOf(title: string, schema: z.ZodType): Record<string, unknown> {
  const { $schema, definitions } = z.toJSONSchema(schema, { target: 'draft-7', io: 'output' });
  const { [title]: root, ...others } = definitions as Readonly<Record<string, object>>;
  return {
    $schema,
    title,
    ...root,
    ...(Object.keys(others).length > 0 && { definitions: others }),
  };
}
