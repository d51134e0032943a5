import type { Budget } from '@bridge/contracts';
import type { Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { apiCommand, apiOf, type ApiOptions, type Surroundings } from '../api-options.ts';
import { tableLines } from '../../api/table.ts';

type UsedBudget = Budget & { readonly used?: number; readonly left?: number };

const head = ['severity', 'alerts', 'days', 'used', 'left'];

/** `alerts budget --user U`. */
export function budgetCommand(surroundings: Surroundings): Command {
  const { print } = surroundings;
  const command = apiCommand('budget', surroundings)
    .description('Show how many alerts of each severity a person may still get. Critical ones have no limit.')
    .option('--user <id>', 'the person (default: only the limits)')
    .action(async (options: ApiOptions & { readonly user?: string }) => {
      const query = { user_id: options.user };
      const answer = await apiOf(surroundings, options).ask('GET', '/budgets', { query });
      const { budgets } = answer as { readonly budgets: readonly UsedBudget[] };
      if (options.json === true) print(JSON.stringify(answer));
      else if (budgets.length === 0) print('No budgets: nothing is held back.');
      else for (const line of tableLines(head, budgets.map(rowOf))) print(line);
    });
  return addExamples(command, 'alerts budget --user ada');
}

function rowOf({ severity, alerts, days, used, left }: UsedBudget): string[] {
  return [severity, String(alerts), String(days), String(used ?? ''), String(left ?? '')];
}
