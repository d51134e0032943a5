import { deliveryStatuses, type Delivery } from '@bridge/contracts';
import { Option, type Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../number-options.ts';
import { apiCommand, apiOf, type ApiOptions, type Surroundings } from '../api-options.ts';
import { deliveryHead, deliveryRow } from '../delivery-row.ts';
import { tableLines } from '../../api/table.ts';

type Options = ApiOptions & { readonly status?: string; readonly limit: number };

/** `alerts deliveries CHANNEL`. */
export function deliveriesCommand(surroundings: Surroundings): Command {
  const { print } = surroundings;
  const command = apiCommand('deliveries', surroundings)
    .description('List what was sent over a channel and how it went, the newest first.')
    .argument('<channel>')
    .addOption(new Option('--status <status>', 'of this status').choices(deliveryStatuses))
    .option('--limit <count>', 'at most so many', wholeNumber(1, 500), 50)
    .action(async (channel: string, options: Options) => {
      const { status, limit, json = false } = options;
      const path = `/channels/${encodeURIComponent(channel)}/deliveries`;
      const query = { status, limit };
      const missing = 'There is no such channel. See npm run bridge -- alerts channels.';
      const answer = await apiOf(surroundings, options).ask('GET', path, { query, missing });
      const { deliveries } = answer as { readonly deliveries: readonly Delivery[] };
      if (json) print(JSON.stringify({ deliveries }));
      else if (deliveries.length === 0) print('No deliveries.');
      else for (const line of tableLines(deliveryHead, deliveries.map(deliveryRow))) print(line);
    });
  return addExamples(command, 'alerts deliveries phone --status exhausted');
}
