import { ExportRefused } from '@bridge/apple-export';
import Assembler from 'stream-json/assembler.js';
import { jsonParser, type Token } from 'stream-json/parser.js';
import type { HealthItem } from '../domain/health-item.ts';
import { mostValues } from '../domain/values-in.ts';
import { createMetricReader, type MetricReader } from './metric-reader.ts';

/** Deeper than anything that the app sends; what is read is also written again, by recursion. */
const maxDepth = 64;

/** Where in the document the next token stands. */
type Place = 'before' | 'root' | 'data' | 'list' | 'byName' | 'metric' | 'points' | 'after';
const outside: Partial<Record<Place, Place>> = {
  root: 'after',
  data: 'root',
  points: 'metric',
};

export type ExportTokens = {
  /** What this text completes, lazily. Throws `ExportRefused`. */
  push(text: string): Generator<HealthItem>;
  /** Whether what was read so far is Health Auto Export; a flat body never is. */
  isExport(): boolean;
  isComplete(): boolean;
};

/** Where the reader stands in the document, and which metric it reads. */
type Position = {
  place: Place;
  /** The name before the next value. */
  key: string;
  collection: string;
  /** Where the list that is open lies. */
  listIn: Place;
  /** Where the metric that is open lies. */
  metricIn: Place;
  seen: boolean;
  /** Whether the list of points is the metric itself. */
  bare: boolean;
  /** `metrics`, where it is one metric. */
  single: MetricReader | undefined;
  metric: MetricReader | undefined;
  finished: MetricReader | undefined;
};

/**
 * Follows the JSON of Health Auto Export, `{data: {metrics: [{name, units, data: [point]}], workouts: [], …}}`, and puts
 * together one element at a time. Arrays beside `data` are read like those in it: old versions wrote some there. So are a
 * list of metrics that is `data` itself, and metrics as an object by their names, which people write with Shortcuts.
 */
export function createExportTokens(): ExportTokens {
  const parse = jsonParser({ packValues: true, streamValues: false });
  const value = createValueReader();
  const at: Position = {
    place: 'before',
    key: '',
    collection: '',
    listIn: 'data',
    metricIn: 'list',
    seen: false,
    bare: false,
    single: undefined,
    metric: undefined,
    finished: undefined,
  };

  function consume(token: Token): HealthItem | undefined {
    if (value.isOpen()) return value.inside(token);
    const { name } = token;
    if (name === 'keyValue') at.key = token.value;
    else if (name === 'startObject' || name === 'startArray') {
      if (!enter(at, name === 'startObject')) value.begin(token, takerAt(at));
    } else if (name === 'endObject' || name === 'endArray') leave(at);
    else return takeScalar(at, 'value' in token ? valueOf(token) : undefined);
    return undefined;
  }

  return {
    *push(text) {
      const tokens = tokensOf(parse, text);
      // By index: an iterator would leave an object per token.
      for (let nr = 0; nr < tokens.length; nr += 1) {
        const item = consume(tokens[nr] as Token);
        if (item !== undefined) yield item;
        if (at.finished === undefined) continue;
        yield* at.finished.rest();
        at.finished = at.metric = undefined;
      }
      if (at.metric !== undefined) yield* at.metric.readable();
    },
    isExport: () => at.seen,
    isComplete: () => at.place === 'after',
  };
}

/** An object or a list begins. Returns false where it is a value of its own, not a part of the document's frame. */
function enter(at: Position, isObject: boolean): boolean {
  const { place, key } = at;
  if (place === 'before' && isObject) at.place = 'root';
  else if (place === 'root' && key === 'data') {
    at.seen = true;
    if (isObject) at.place = 'data';
    else [at.listIn, at.place, at.collection] = ['root', 'list', 'metrics'];
  } else if (isCollection(at) && !isObject) {
    at.seen = true;
    [at.listIn, at.place, at.collection] = [place, 'list', key];
  } else if (place === 'data' && key === 'metrics') {
    [at.listIn, at.place] = [place, 'byName'];
    at.single = createMetricReader();
  } else if (place === 'list' && at.collection === 'metrics' && isObject) beginMetric(at, undefined);
  else if (place === 'byName') {
    if (isObject || key !== 'data') beginMetric(at, key);
    else at.metric = at.single;
    if (!isObject) [at.place, at.bare] = ['points', true];
  } else if (place === 'metric' && key === 'data' && !isObject) at.place = 'points';
  else return false;
  return true;
}

/** The object or the list that holds this place ends. */
function leave(at: Position): void {
  const { place } = at;
  if (place === 'metric') at.finished = at.metric;
  if (place === 'byName') at.finished = at.single;
  // The points of a metric that is nothing but its points end the metric, too.
  if (place === 'points' && at.bare) {
    if (at.metric !== at.single) at.finished = at.metric;
    [at.place, at.bare] = ['byName', false];
  } else if (place === 'list' || place === 'byName') at.place = at.listIn;
  else at.place = place === 'metric' ? at.metricIn : (outside[place] ?? place);
}

function isCollection({ place, key }: Position): boolean {
  return place === 'data' || (place === 'root' && (key === 'workouts' || key === 'metrics'));
}

function beginMetric(at: Position, name: string | undefined): void {
  [at.metricIn, at.place] = [at.place, 'metric'];
  at.metric = createMetricReader(name);
}

/** Takes a value at this place. */
function takerAt({ place, key, metric, collection }: Position): TakeValue | undefined {
  // One point may stand where a list of points is usual, and one workout where a list of them is.
  if (place === 'points' || (place === 'metric' && key === 'data'))
    return (raw, values) => metric?.point(raw, values);
  if (place === 'list') return (raw) => ({ kind: 'element', collection, raw });
  if (place === 'data' && key === 'workouts') return (raw) => ({ kind: 'element', collection: key, raw });
  return undefined;
}

function takeScalar(at: Position, raw: unknown): HealthItem | undefined {
  const { place, key } = at;
  const described = place === 'byName' ? at.single : place === 'metric' ? at.metric : undefined;
  if (described !== undefined && key === 'name') described.nameIs(raw);
  else if (described !== undefined && key === 'units') described.unitsAre(raw);
  else if (place === 'root' && key === 'data' && raw === null) at.seen = true;
  else if (place === 'points' || place === 'list') return takerAt(at)?.(raw, 1);
  return undefined;
}

/** @param values How many values it is made of. */
type TakeValue = (raw: unknown, values: number) => HealthItem | undefined;

/** Assembles one value from its tokens, or skips it if nothing takes it. */
function createValueReader() {
  const assembler = new Assembler();
  let take: TakeValue | undefined;
  let depth = 0;
  let values = 0;
  return {
    isOpen: () => depth > 0,
    begin(token: Token, taker: TakeValue | undefined): void {
      take = taker;
      if (take !== undefined) assembler.consume(token);
      depth = values = 1;
    },
    inside(token: Token): HealthItem | undefined {
      const { name } = token;
      if (name === 'endObject' || name === 'endArray') depth -= 1;
      else if (name !== 'keyValue') values += 1;
      if (name === 'startObject' || name === 'startArray') {
        depth += 1;
        if (depth > maxDepth) throw new ExportRefused('malformed');
      }
      if (take !== undefined) {
        // A text of 64 MiB can be 20 million objects, each of which takes more than its three letters.
        if (values > mostValues) throw new ExportRefused('element_too_large');
        assembler.consume(token);
      }
      return depth === 0 ? take?.(assembler.current, values) : undefined;
    },
  };
}

function tokensOf(parse: ReturnType<typeof jsonParser>, text: string): readonly Token[] {
  try {
    const result: unknown = parse(text);
    if (typeof result !== 'object' || result === null) return [];
    return 'values' in result ? (result.values as Token[]) : [result as Token];
  } catch {
    // Its error quotes the body.
    throw new ExportRefused('malformed');
  }
}

function valueOf(token: Token & { value: unknown }): unknown {
  return token.name === 'numberValue' ? Number(token.value) : token.value;
}
