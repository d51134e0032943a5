import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import type { Print } from '../run-program.ts';
import { acknowledgeCommand } from './subcommands/acknowledge.ts';
import { budgetCommand } from './subcommands/budget.ts';
import { channelsCommand } from './subcommands/channels.ts';
import { deliveriesCommand } from './subcommands/deliveries.ts';
import { feedbackCommand } from './subcommands/feedback.ts';
import { inboxCommand } from './subcommands/inbox.ts';
import { listCommand } from './subcommands/list.ts';
import { resolveCommand } from './subcommands/resolve.ts';
import { retryCommand } from './subcommands/retry.ts';
import { routesCommand } from './subcommands/routes.ts';
import { showCommand } from './subcommands/show.ts';
import { silenceCommand } from './subcommands/silence.ts';
import { silencesCommand } from './subcommands/silences.ts';
import { snoozeCommand } from './subcommands/snooze.ts';
import { statisticsCommand } from './subcommands/statistics.ts';
import { whereCommand } from './subcommands/where.ts';

/** `alerts …`: the HTTP API of the alerts service. Reads BRIDGE_URL and BRIDGE_API_KEY, or what npm start sets. */
export function alertsCommand(env: Env, log: Log, print: Print, now: () => number = Date.now): Command {
  const surroundings = { env, log, print, now };
  const command = new Command('alerts')
    .description('See alerts, act on them, and set up who is told of which.')
    .addCommand(listCommand(surroundings), { isDefault: true });
  for (const create of [
    showCommand,
    acknowledgeCommand,
    snoozeCommand,
    resolveCommand,
    feedbackCommand,
    inboxCommand,
    whereCommand,
    routesCommand,
    channelsCommand,
    silenceCommand,
    silencesCommand,
    deliveriesCommand,
    retryCommand,
    statisticsCommand,
    budgetCommand,
  ])
    command.addCommand(create(surroundings));
  return addExamples(
    command,
    'alerts --severity critical --unacknowledged',
    'alerts acknowledge 4f0c2a --for 60',
    'alerts inbox',
  );
}
