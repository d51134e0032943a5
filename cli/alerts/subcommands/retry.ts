import type { Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { shortId } from '../alert-words.ts';
import { apiCommand, apiOf, type ApiOptions, type Surroundings } from '../api-options.ts';
import { idsOf, parseIdStart, wholeId } from '../whole-id.ts';

/** `alerts retry CHANNEL DELIVERY`. */
export function retryCommand(surroundings: Surroundings): Command {
  const { print } = surroundings;
  const command = apiCommand('retry', surroundings)
    .description('Send a delivery again that did not arrive.')
    .argument('<channel>')
    .argument('<delivery>', 'the first 6 or more digits of its id', parseIdStart)
    .action(async (channel: string, start: string, options: ApiOptions) => {
      const api = apiOf(surroundings, options);
      const path = `/channels/${encodeURIComponent(channel)}/deliveries`;
      const listedBy = `alerts deliveries ${channel}`;
      const missing = `There is no such channel or delivery. See npm run bridge -- ${listedBy}.`;
      const pages = api.pages(path, 'deliveries', { query: { limit: 500 }, missing });
      const search = { noun: 'delivery', listedBy, pages: idsOf(pages, 'delivery_id') };
      const id = start.length === 32 ? start : await wholeId(start, search);
      const answer = await api.ask('POST', `${path}/${id}/retry`, { missing });
      print(options.json === true ? JSON.stringify(answer) : `Delivery ${shortId(id)} is sent again.`);
    });
  return addExamples(command, 'alerts retry phone 90ab12');
}
