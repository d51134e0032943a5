import { expect, it } from 'vitest';
import { loadRuleFile } from './rule-file.ts';

it('refuses a file that does not exist', async () => {
  await expect(loadRuleFile('/nowhere/neuros.yaml')).rejects.toMatchObject({ code: 'bad_rules' });
});
