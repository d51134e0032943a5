import { describe, expect, it } from 'vitest';
import { standardPorts } from './ports.ts';
import { readFlags } from './read-flags.ts';

describe('readFlags', () => {
  it('takes the standard ports and plays the demo unless told otherwise', () => {
    expect(readFlags([])).toEqual({ fresh: false, demo: true, ports: standardPorts });
    expect(readFlags(['--fresh', '--no-demo', '--port-offset', '100'])).toMatchObject({
      fresh: true,
      demo: false,
      ports: { edge: 8988 },
    });
  });

  it.each([[['--port-offset', 'many']], [['--port-offset', '60000']], [['--frsh']], [['start']]])(
    'refuses %j and says how it is written',
    (args) => {
      expect(() => readFlags(args)).toThrow('npm start -- [--fresh]');
    },
  );
});
