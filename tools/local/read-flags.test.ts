import { describe, expect, it, vi } from 'vitest';
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
    expect(readFlags(['--port-offset', '-1000'])).toMatchObject({ ports: { edge: 7888 } });
  });

  it.each([
    [['--port-offset', 'many'], 'It must be a whole number'],
    [['--port-offset', '1e3'], 'It must be a whole number'],
    [['--port-offset', '60000'], 'Ports must be from 1024 to 65535.'],
    [['--frsh'], "unknown option '--frsh'"],
    [['start'], 'too many arguments'],
  ])('refuses %j and says why', (args, reason) => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`);
    });
    try {
      expect(() => readFlags(args)).toThrow('exit 2');
      expect(write.mock.calls.join('')).toContain(reason);
    } finally {
      write.mockRestore();
      exit.mockRestore();
    }
  });
});
