import type { ObjectObservation } from '../../documents/domain/object-observation.ts';
import type { SeriesPoint } from '../../documents/domain/series-point.ts';
import type { HealthItem } from './health-item.ts';
import type { NameDevice } from './name-device.ts';
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
const fullAt = { points: 1_000, objects: 100, spans: 5_000, values: 10_000 };
/** Values that all that is held may be made of: ECGs and routes are few, and large. */
const mostHeld = 250_000;
/** Unknown elements in one document. */
const unknownTogether = 500;
const mostNames = 200;

/** Collects elements as they are read and returns them in batches. */
export function createHealthBatches(nameDevice: NameDevice) {
  let points: SeriesPoint[] = [];
  let objects: HealthObject[] = [];
  const nights = createOpenNights((night) => {
    objects.push(night);
    for (const raw of night.raw) waiting -= valuesIn(raw);
  });
  const unknown = createUnknownElements((object) => {
    objects.push(object);
    for (const raw of object.raw.data) waiting -= valuesIn(raw);
  });
  let received = 0;
  /** Values of everything here, and of what no batch holds yet. */
  let held = 0;
  let waiting = 0;

  function enter(item: ParsedItem): void {
    received += 1;
    switch (item.kind) {
      case 'points':
        held += valuesIn(item.points[0]?.raw);
        for (const point of item.points) points.push(point);
        return;
      case 'stage':
        wait(item.span.raw);
        nights.add(item.span);
        return;
      case 'object':
        objects.push(item);
        held += valuesIn(item.raw);
        return;
      case 'unknown':
        wait(item.raw);
        unknown.add(item.name, item.raw);
    }
  }

  function wait(raw: unknown): void {
    const values = valuesIn(raw);
    held += values;
    waiting += values;
  }

  function take(): HealthBatch {
    const batch = { points, objects };
    [points, objects, held] = [[], [], waiting];
    return batch;
  }

  function takeAll(): HealthBatch {
    nights.close();
    unknown.close();
    return take();
  }

  return {
    add(item: HealthItem): void {
      if (item.kind === 'record') enter(parseRecord(item, nameDevice));
      else for (const parsed of parseExport(item, nameDevice)) enter(parsed);
    },
    // Records with a dozen entries of metadata would otherwise outlive several collections of new objects.
    isFull: () =>
      points.length >= fullAt.points ||
      objects.length >= fullAt.objects ||
      held - waiting >= fullAt.values ||
      held >= mostHeld,
    /** Returns what is ready. If too much is held it returns everything; the rest of a night is merged later. */
    take: () => (held >= mostHeld ? takeAll() : take()),
    /** Returns the rest after everything was read. */
    takeRest: takeAll,
    /** Returns the rest of a body that was cut off, except nights that were still incomplete: they do not count as received. */
    takeFinished(): HealthBatch {
      received -= nights.closeFinished();
      unknown.close();
      return take();
    },
    /** Elements so far, and the number of unknown ones by name. */
    counts: () => ({ received, unknown: unknown.counts() }),
  };
}

/** Collects stages until their nights are complete. */
function createOpenNights(onNight: (night: NightObservation) => void) {
  let spans: StageSpan[] = [];

  function enter(nights: readonly NightObservation[]): void {
    for (const night of nights) onNight(night);
  }

  return {
    add(span: StageSpan): void {
      spans.push(span);
      if (spans.length < fullAt.spans) return;
      const { nights, open } = finishedNights(spans);
      enter(nights);
      // One endless night would be examined again with every further stage.
      const isEndless = open.length >= fullAt.spans / 2;
      if (isEndless) enter(nightsOf(open));
      spans = isEndless ? [] : open;
    },
    close(): void {
      enter(nightsOf(spans));
      spans = [];
    },
    /** Drops the stages of incomplete nights and returns their number. */
    closeFinished(): number {
      const { nights, open } = finishedNights(spans);
      enter(nights);
      spans = [];
      return open.length;
    },
  };
}

type UnknownObject = HealthObject & {
  readonly raw: { readonly name: string; readonly data: readonly unknown[] };
};

/** Collects unknown elements by name, into documents that are kept. Names come from outside, so there is a limit. */
function createUnknownElements(onDocument: (object: UnknownObject) => void) {
  const elements = new Map<string, unknown[]>();
  const counts = new Map<string, number>();

  function close(name: string, data: readonly unknown[]): void {
    if (data.length === 0) return;
    onDocument({ normalized: { kind: 'unmapped', reason: 'unknown_type' }, raw: { name, data } });
    elements.set(name, []);
  }

  return {
    add(given: string, raw: unknown): void {
      const plain = /^[\w.-]{1,64}$/.test(given) ? given : '(name)';
      const name = counts.has(plain) || elements.size < mostNames ? plain : '(others)';
      counts.set(name, (counts.get(name) ?? 0) + 1);
      const data = elements.get(name) ?? [];
      data.push(raw);
      elements.set(name, data);
      if (data.length >= unknownTogether) close(name, data);
    },
    close(): void {
      for (const [name, data] of elements) close(name, data);
    },
    counts: () => Object.fromEntries(counts),
  };
}
