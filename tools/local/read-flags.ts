import { parseArgs } from 'node:util';
import { shiftPorts, type Ports } from './ports.ts';

/** The flags of `npm start -- …`. */
export type Flags = { readonly fresh: boolean; readonly demo: boolean; readonly ports: Ports };

const usage = `npm start -- [--fresh] [--port-offset N] [--no-demo]

  --fresh          delete the data and secrets of earlier starts first
  --port-offset N  add N to every port, to run beside another stack
  --no-demo        do not simulate people and vendors
`;

/**
 * Reads the flags of `npm start`.
 *
 * @throws Error whose message shows the usage.
 */
export function readFlags(args: readonly string[]): Flags {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        fresh: { type: 'boolean', default: false },
        'port-offset': { type: 'string', default: '0' },
        'no-demo': { type: 'boolean', default: false },
      },
    });
    return {
      fresh: values.fresh,
      demo: !values['no-demo'],
      ports: shiftPorts(wholeNumber(values['port-offset'])),
    };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, {
      cause: error,
    });
  }
}

function wholeNumber(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new Error('--port-offset takes a whole number.');
  return Number(text);
}
