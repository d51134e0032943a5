import { wholeNumber } from '@bridge/cli/number-options';
import { InvalidArgumentError, Option } from 'commander';
import { createScriptCommand } from '../script-command.ts';
import { shiftPorts, type Ports } from './ports.ts';

/** The flags of `npm start -- …`. */
export type Flags = { readonly fresh: boolean; readonly demo: boolean; readonly ports: Ports };

type Options = { readonly fresh?: boolean; readonly portOffset: Ports; readonly demo: boolean };

/** Reads the flags of `npm start`. Prints the help and exits with 0 when it is asked for, and with 2 after bad use. */
export function readFlags(args: readonly string[]): Flags {
  const {
    fresh = false,
    demo,
    portOffset,
  } = createScriptCommand({
    call: 'npm start',
    description: 'Run the whole system on this machine until Ctrl-C.',
    examples: ['', '--fresh', '--no-demo --port-offset 1000'],
  })
    .option('--fresh', 'delete the data and secrets of earlier starts first')
    .addOption(
      new Option('--port-offset <number>', 'add it to every port, to run beside another stack')
        .argParser(shifted)
        .default(shiftPorts(0), '0'),
    )
    .option('--no-demo', 'do not simulate people and vendors')
    .parse(args, { from: 'user' })
    .opts<Options>();
  return { fresh, demo, ports: portOffset };
}

function shifted(text: string): Ports {
  const offset = wholeNumber(-65_535, 65_535)(text);
  try {
    return shiftPorts(offset);
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
