import type { Routing } from '@bridge/contracts';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { addExamples } from '../../examples.ts';
import { apiCommand, apiOf, type ApiOptions, type Surroundings } from '../api-options.ts';
import { readDocument } from '../read-document.ts';

type Options = ApiOptions & { readonly set?: string };

/** `alerts routes [--set FILE]`. */
export function routesCommand(surroundings: Surroundings): Command {
  const { print } = surroundings;
  const command = apiCommand('routes', surroundings)
    .description('Print the routes as YAML, or store others.')
    .option('--set <file>', 'YAML or JSON; - reads stdin')
    .action(async (options: Options) => {
      const { set, json = false } = options;
      const api = apiOf(surroundings, options);
      const body = set === undefined ? undefined : await readDocument(set);
      const routing = (await (body === undefined
        ? api.ask('GET', '/routes')
        : api.ask('PUT', '/routes', { body }))) as Routing;
      if (json) print(JSON.stringify(routing));
      else if (body === undefined) print(stringify(routing).trimEnd());
      else print(`${count(routing.routes.length, 'route')} stored. Try them with alerts where.`);
    });
  return addExamples(command, 'alerts routes > routes.yaml', 'alerts routes --set routes.yaml');
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
