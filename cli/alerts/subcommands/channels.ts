import { Command } from 'commander';
import { addExamples } from '../../examples.ts';
import { words } from '../alert-words.ts';
import { apiCommand, apiOf, type ApiOptions, type Surroundings } from '../api-options.ts';
import { readDocument } from '../read-document.ts';
import { plainText, tableLines } from '../../api/table.ts';

/** What is shown of a channel of `GET /channels`. */
type Channel = {
  readonly name: string;
  readonly kind: string;
  readonly fit_for_health_data: boolean;
  readonly user_id?: string;
  readonly state: string;
  readonly state_reason?: string;
  readonly fault?: string;
};

/** `alerts channels list | set | test | enable | disable | delete`. */
export function channelsCommand(surroundings: Surroundings): Command {
  const command = new Command('channels')
    .description('List the channels over which people are told, and set them up.')
    .addCommand(listCommand(surroundings), { isDefault: true })
    .addCommand(setCommand(surroundings))
    .addCommand(testCommand(surroundings))
    .addCommand(switchCommand('enable', 'Use a channel again that was disabled.', surroundings))
    .addCommand(switchCommand('disable', 'Send nothing more over a channel, and keep it.', surroundings))
    .addCommand(deleteCommand(surroundings));
  return addExamples(command, 'alerts channels', 'alerts channels test default');
}

const head = ['name', 'kind', 'state', 'health data', 'person'];

function listCommand(surroundings: Surroundings): Command {
  const { print } = surroundings;
  const command = apiCommand('list', surroundings)
    .description('List the channels; their secrets are masked.')
    .action(async (options: ApiOptions) => {
      const channels: Channel[] = [];
      for await (const page of apiOf(surroundings, options).pages('/channels', 'channels'))
        channels.push(...(page as Channel[]));
      if (options.json === true) print(JSON.stringify({ channels }));
      else if (channels.length === 0) print('No channels. Make one with alerts channels set.');
      else for (const line of tableLines(head, channels.map(rowOf))) print(line);
    });
  return addExamples(command, 'alerts channels list --json');
}

function rowOf({ name, kind, state, state_reason, fault, fit_for_health_data, user_id }: Channel): string[] {
  const because = state_reason ?? fault;
  return [
    name,
    kind,
    because === undefined ? state : `${state} (${words(because)})`,
    fit_for_health_data ? 'yes' : 'no',
    user_id ?? '',
  ];
}

function setCommand(surroundings: Surroundings): Command {
  const { print } = surroundings;
  const command = apiCommand('set', surroundings)
    .description('Make or change a channel: kind, settings, fit_for_health_data and user_id from a file.')
    .argument('<name>')
    .argument('<file>', 'YAML or JSON; - reads stdin')
    .action(async (name: string, file: string, options: ApiOptions) => {
      const api = apiOf(surroundings, options);
      const channel = (await api.ask('PUT', pathOf(name), { body: await readDocument(file) })) as Channel;
      if (options.json === true) print(JSON.stringify(channel));
      else print(`${channel.name} is stored. Try it with alerts channels test ${channel.name}.`);
    });
  return addExamples(command, 'alerts channels set phone phone.yaml');
}

function testCommand(surroundings: Surroundings): Command {
  const { print } = surroundings;
  const command = apiCommand('test', surroundings)
    .description('Send a test message over a channel. The exit code is 1 when it did not arrive.')
    .argument('<name>')
    .action(async (name: string, options: ApiOptions) => {
      const result = (await apiOf(surroundings, options).ask('POST', `${pathOf(name)}/test`, {
        missing,
      })) as {
        readonly delivered: boolean;
        readonly detail: string;
        readonly http_status?: number;
      };
      const { delivered, detail, http_status } = result;
      const status = http_status === undefined ? '' : ` (HTTP ${http_status})`;
      print(options.json === true ? JSON.stringify(result) : plainText(`${detail}${status}`));
      if (!delivered) process.exitCode = 1;
    });
  return addExamples(command, 'alerts channels test phone');
}

function switchCommand(action: string, description: string, surroundings: Surroundings): Command {
  const { print } = surroundings;
  const command = apiCommand(action, surroundings)
    .description(description)
    .argument('<name>')
    .action(async (name: string, options: ApiOptions) => {
      const path = `${pathOf(name)}/${action}`;
      const channel = (await apiOf(surroundings, options).ask('POST', path, { missing })) as Channel;
      print(options.json === true ? JSON.stringify(channel) : `${channel.name} is ${channel.state}.`);
    });
  return addExamples(command, `alerts channels ${action} phone`);
}

function deleteCommand(surroundings: Surroundings): Command {
  const { print } = surroundings;
  const command = apiCommand('delete', surroundings)
    .description('Delete a channel with its secrets. Without --yes, only say so.')
    .argument('<name>')
    .option('--yes', 'delete it')
    .action(async (name: string, options: ApiOptions & { readonly yes?: boolean }) => {
      const api = apiOf(surroundings, options);
      const { yes: isDeleted = false } = options;
      await api.ask(isDeleted ? 'DELETE' : 'GET', pathOf(name), { missing });
      if (options.json === true) print(JSON.stringify({ name, deleted: isDeleted }));
      else print(isDeleted ? `${name} is deleted.` : `${name} would be deleted; add --yes to do it.`);
    });
  return addExamples(command, 'alerts channels delete phone --yes');
}

const pathOf = (name: string) => `/channels/${encodeURIComponent(name)}`;
const missing = 'There is no such channel. See npm run bridge -- alerts channels.';
