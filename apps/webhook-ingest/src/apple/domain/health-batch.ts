import type { ObjectObservation } from '../../documents/domain/object-observation.ts';
import type { SeriesPoint } from '../../documents/domain/series-point.ts';
import type { HealthItem } from './health-item.ts';
import type { NameDevice } from './metric-points.ts';
import { finishedNights, nightsOf, type StageSpan, type NightObservation } from './sleep-stages.ts';
import { parseExport } from './parse-export.ts';
import { parseRecord } from './parse-record.ts';
import type { ParsedItem } from './parsed-item.ts';
import { valuesIn } from './values-in.ts';

export type HealthObject = ObjectObservation<unknown>;

/** What is stored together. */
export type HealthBatch = {
  readonly points: readonly SeriesPoint[];
  readonly objects: readonly HealthObject[];
};

/** So much in one transaction: enough that its cost is shared, and over within a fraction of a second. */
const fullAt = { points: 1_000, objects: 100, spans: 5_000 };
/** Values that all that is held may be made of: ECGs and routes are few, and large. */
const mostHeld = 250_000;
/** Elements that nobody knows, in one document. */
const unknownTogether = 500;
/** Names come from outside. */
const mostNames = 200;

/** Takes elements as they are read, and gives them back in batches. */
export function createHealthBatches(nameDevice: NameDevice) {
  let points: SeriesPoint[] = [];
  let objects: HealthObject[] = [];
  let spans: StageSpan[] = [];
  const unknown = new Map<string, unknown[]>();
  const unknownCounts = new Map<string, number>();
  let received = 0;
  /** Values of everything here, and of what no batch holds yet. */
  let held = 0;
  let waiting = 0;

  function enter(understood: ParsedItem): void {
    received += 1;
    switch (understood.kind) {
      case 'points':
        held += valuesIn(understood.points[0]?.raw);
        for (const point of understood.points) points.push(point);
        return;
      case 'stage':
        spans.push(understood.span);
        wait(understood.span.raw);
        if (spans.length >= fullAt.spans) closeNights();
        return;
      case 'object':
        objects.push(understood);
        held += valuesIn(understood.raw);
        return;
      case 'unknown':
        wait(understood.raw);
        keep(understood.name, understood.raw);
    }
  }

  function wait(raw: unknown): void {
    const values = valuesIn(raw);
    held += values;
    waiting += values;
  }

  function keep(given: string, raw: unknown): void {
    const plain = /^[\w.-]{1,64}$/.test(given) ? given : '(name)';
    const name = unknownCounts.has(plain) || unknown.size < mostNames ? plain : '(others)';
    unknownCounts.set(name, (unknownCounts.get(name) ?? 0) + 1);
    const together = unknown.get(name) ?? [];
    together.push(raw);
    unknown.set(name, together);
    if (together.length >= unknownTogether) closeUnknown(name, together);
  }

  function closeUnknown(name: string, together: readonly unknown[]): void {
    if (together.length === 0) return;
    objects.push({ normalized: { kind: 'unmapped', reason: 'unknown_type' }, raw: { name, data: together } });
    for (const raw of together) waiting -= valuesIn(raw);
    unknown.set(name, []);
  }

  function closeEveryUnknown(): void {
    for (const [name, together] of unknown) closeUnknown(name, together);
  }

  function closeNights(): void {
    const { nights, open } = finishedNights(spans);
    addNights(nights);
    // One endless night would be looked at again with every further stage.
    if (open.length >= fullAt.spans / 2) addNights(nightsOf(open));
    spans = open.length >= fullAt.spans / 2 ? [] : open;
  }

  function addNights(nights: readonly NightObservation[]): void {
    for (const night of nights) {
      objects.push(night);
      for (const raw of night.raw) waiting -= valuesIn(raw);
    }
  }

  function take(): HealthBatch {
    const batch = { points, objects };
    [points, objects, held] = [[], [], waiting];
    return batch;
  }

  function takeAll(): HealthBatch {
    addNights(nightsOf(spans));
    spans = [];
    closeEveryUnknown();
    return take();
  }

  return {
    add(item: HealthItem): void {
      if (item.kind === 'record') enter(parseRecord(item, nameDevice));
      else for (const understood of parseExport(item, nameDevice)) enter(understood);
    },
    isFull: () => points.length >= fullAt.points || objects.length >= fullAt.objects || held >= mostHeld,
    /** What is ready; where too much is held all of it, and the rest of a night is merged with it later. */
    take: () => (held >= mostHeld ? takeAll() : take()),
    /** What is left when everything was read. */
    takeRest: takeAll,
    /** What is left where a body breaks off, but for nights that it might have gone on with: they do not count as received. */
    takeFinished(): HealthBatch {
      const { nights, open } = finishedNights(spans);
      addNights(nights);
      received -= open.length;
      spans = [];
      closeEveryUnknown();
      return take();
    },
    /** Elements so far, and of those that nobody knows how many under each name. */
    counts: () => ({ received, unknown: Object.fromEntries(unknownCounts) }),
  };
}
