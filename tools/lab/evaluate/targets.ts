import { readFileSync } from 'node:fs';
import { severities } from '@bridge/contracts';
import { parse } from 'yaml';
import { z } from 'zod';
import { deviceClasses } from '../population/device-classes.ts';
import { episodeNames, changeNames } from './episode-catalog.ts';

const classField = z.enum(deviceClasses);
const size = z.strictObject({ persons: z.int().min(1), days: z.int().min(1) });
const atMost = z.partialRecord(z.enum(severities), z.number().min(0));
const sizes = z.partialRecord(classField, size);

const targetsSchema = z.strictObject({
  healthy: z.strictObject({ at_most: atMost, sizes, full: size }),
  runner: z.strictObject({ at_most: atMost, sizes }),
  found: z.record(
    z.enum(episodeNames),
    z.strictObject({
      classes: z.array(classField),
      persons: z.int().min(1),
      at_least: z.number().min(0).max(1),
    }),
  ),
  not_more: z.record(
    z.enum(changeNames),
    z.strictObject({ classes: z.array(classField), persons: z.int().min(1), days: z.int().min(1) }),
  ),
});

export type Targets = z.output<typeof targetsSchema>;
export type Size = z.output<typeof size>;

export function loadTargets(): Targets {
  return targetsSchema.parse(parse(readFileSync(new URL('targets.yaml', import.meta.url), 'utf8')));
}
