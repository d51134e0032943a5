import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { insertEvents, insertTicks, insertTransitions, writeStates } from './statements.ts';

const store = join(import.meta.dirname, '../../../libs/decision-store/src/decision-statements.ts');
const inOneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

it.each([writeStates([]), insertEvents([]), insertTicks([]), insertTransitions([])])(
  'sends the very statement of the worker: $name',
  ({ name, text }) => {
    const source = inOneLine(readFileSync(store, 'utf8'));
    expect(source).toContain(`name: '${name}', text: \`${inOneLine(text)}\``);
  },
);
