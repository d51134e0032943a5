import { expect, it } from 'vitest';
import { dayEvents } from './play-demo.ts';
import { createShipments, everyAccount } from './shipments.ts';

const startedAt = Date.parse('2026-11-20T14:10:00Z');
const day = dayEvents({ seed: 1, startedAt, dayMinutes: 24 }, 0).map(({ event }) => event);
const waysOf = (connected: typeof everyAccount) => {
  const shipmentOf = createShipments(connected);
  return day.map((event) => {
    const shipment = shipmentOf(event);
    return { event, shipment, way: shipment.to === 'vendor' ? 'vendor' : shipment.path.split('?')[0] };
  });
};

it('who is connected is heard of through the vendor, watches through Health Auto Export', () => {
  const ways = waysOf(everyAccount);
  const bySource = (source: string) => ways.filter(({ event }) => event.source === source);
  for (const { event, way } of bySource('manual'))
    expect([event.eventType, way]).toEqual([event.eventType, '/webhooks/manual']);
  for (const { shipment } of bySource('apple')) expect(shipment).toHaveProperty('body.data.metrics');
  const ofVendors = [...bySource('oura'), ...bySource('whoop')];
  const byHand = ofVendors.filter(({ way }) => way !== 'vendor');
  // What neither a ring nor a strap measures.
  expect(new Set(byHand.map(({ event, way }) => `${event.eventType} ${String(way)}`))).toEqual(
    new Set(['stress /webhooks/manual', 'spo2 /webhooks/manual']),
  );
  expect(byHand.length).toBeLessThan(ofVendors.length / 4);
});

it('who is not connected sends flat bodies to the route of the device', () => {
  for (const { event, shipment, way } of waysOf(new Set())) {
    if (event.source === 'apple') continue;
    expect(way).toBe(`/webhooks/${event.source}`);
    expect(shipment).toHaveProperty('body.event_id', event.objectId);
  }
});

it('documents name the account of their person', () => {
  const ids = waysOf(everyAccount).flatMap(({ event, shipment }) =>
    shipment.to === 'vendor' ? [[event.userId, shipment.account.userId]] : [],
  );
  expect(ids.length).toBeGreaterThan(20);
  for (const [person, account] of ids) expect(account).toBe(person);
});
