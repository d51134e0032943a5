import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseListeners } from './port-owner.ts';
import { describeTakenPorts, freePorts, shiftPorts, standardPorts } from './ports.ts';

describe('shiftPorts', () => {
  it('moves every port by the same number', () => {
    const shifted = shiftPorts(1000);
    expect(shifted.edge).toBe(9888);
    expect(Object.values(shifted)).toEqual(Object.values(standardPorts).map((port) => port + 1000));
  });

  it.each([-6000, 60_000, 0.5, Number.NaN])('refuses %s', (offset) => {
    expect(() => shiftPorts(offset)).toThrow(RangeError);
  });
});

describe('freePorts', () => {
  it('gives different ports below those the system hands out', async () => {
    const ports = Object.values(await freePorts());
    expect(new Set(ports).size).toBe(Object.keys(standardPorts).length);
    expect(Math.max(...ports)).toBeLessThan(32_768);
  });
});

describe('describeTakenPorts', () => {
  const squatter = createServer();
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    port = (squatter.address() as AddressInfo).port;
  });
  afterAll(() => {
    squatter.close();
  });

  it('names number and owner of a port in use, and passes over free ones', async () => {
    const ports = { ...(await freePorts()), kafka: port };
    const sentences = await describeTakenPorts(ports, ['redis', 'kafka']);
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toContain(`Port ${port} (kafka) is in use by`);
    if (process.platform === 'linux') expect(sentences[0]).toContain(`pid ${process.pid}`);
  });
});

describe('parseListeners', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 4711 1 0 100 0 0 10 0',
    '   1: 0100007F:1538 0100007F:9C40 01 00000000:00000000 00:00000000 00000000   101        0 4712 1 0 20 4 30 10 -1',
    '   2: 0100007F:2384 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0',
  ].join('\n');

  it('finds the listening socket of a port, not its connections', () => {
    expect(parseListeners(table, 5432)).toEqual(['4711']);
    expect(parseListeners(table, 9092)).toEqual(['4713']);
    expect(parseListeners(table, 9093)).toEqual([]);
  });
});
