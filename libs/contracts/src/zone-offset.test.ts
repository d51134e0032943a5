import { describe, expect, it } from 'vitest';
import { zoneOffset } from './zone-offset.ts';

const at = Date.parse('2026-11-20T12:00:00Z');

describe('zoneOffset', () => {
  it.each([
    ['Pacific/Auckland', 780],
    ['Asia/Kathmandu', 345],
    ['UTC', 0],
    ['America/St_Johns', -210],
    ['America/Los_Angeles', -480],
  ])('of %s in November is %i minutes', (zone, minutes) => {
    expect(zoneOffset(zone, at)).toBe(minutes);
  });

  it('changes in the quarter of an hour in which the clocks do', () => {
    const change = Date.parse('2026-10-25T01:00:00Z');
    expect(zoneOffset('Europe/Berlin', change - 1)).toBe(120);
    expect(zoneOffset('Europe/Berlin', change)).toBe(60);
  });

  it('stays right beyond the answers that it keeps', () => {
    for (let one = 0; one < 2_100; one += 1) zoneOffset('Asia/Kathmandu', one * 900_000);
    expect(zoneOffset('Asia/Kathmandu', at)).toBe(345);
  });
});
