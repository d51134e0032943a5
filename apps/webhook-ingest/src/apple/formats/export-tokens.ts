import Assembler from 'stream-json/assembler.js';
import { jsonParser, type Token } from 'stream-json/parser.js';
import { BodyRefused } from '../domain/body-refused.ts';
import type { HealthItem } from '../domain/health-item.ts';
import { mostValues } from '../domain/values-in.ts';
import { createMetricReader, type MetricReader } from './metric-reader.ts';

/** Deeper than anything that the app sends; what is read is also written again, by recursion. */
const maxDepth = 64;

/** Where in the document the next token stands. */
type Place = 'before' | 'root' | 'data' | 'list' | 'metric' | 'points' | 'after';
const outside: Partial<Record<Place, Place>> = {
  root: 'after',
  data: 'root',
  metric: 'list',
  points: 'metric',
};

export type ExportTokens = {
  /** What this text completes, lazily. Throws `BodyRefused`. */
  push(text: string): Generator<HealthItem>;
  /** Whether what was read so far is Health Auto Export; a flat body never is. */
  isExport(): boolean;
  isComplete(): boolean;
};

/**
 * Follows the JSON of Health Auto Export, `{data: {metrics: [{name, units, data: [point]}], workouts: [], …}}`, and puts
 * together one element at a time. Arrays beside `data` are read like those in it: old versions wrote some there.
 */
export function createExportTokens(): ExportTokens {
  const parse = jsonParser({ packValues: true, streamValues: false });
  let place: Place = 'before';
  let key = '';
  let collection = '';
  let listIn: Place = 'data';
  let seen = false;
  let metric: MetricReader | undefined;
  let finished: MetricReader | undefined;
  const value = createValueReader();

  function consume(token: Token): HealthItem | undefined {
    if (value.isOpen()) return value.inside(token);
    const { name } = token;
    if (name === 'keyValue') key = token.value;
    else if (name === 'startObject' || name === 'startArray') open(token);
    else if (name === 'endObject' || name === 'endArray') close();
    else return scalar('value' in token ? valueOf(token) : undefined);
    return undefined;
  }

  function close(): void {
    if (place === 'metric') finished = metric;
    place = place === 'list' ? listIn : (outside[place] ?? place);
  }

  function open(token: Token): void {
    const isObject = token.name === 'startObject';
    if (place === 'before' && isObject) place = 'root';
    else if (place === 'root' && key === 'data') {
      seen = true;
      if (isObject) place = 'data';
      else value.begin(token, undefined);
    } else if ((place === 'data' || (place === 'root' && key === 'workouts')) && !isObject) {
      seen = true;
      [listIn, place, collection] = [place, 'list', key];
    } else if (place === 'list' && collection === 'metrics' && isObject) {
      place = 'metric';
      metric = createMetricReader();
    } else if (place === 'metric' && key === 'data' && !isObject) place = 'points';
    else value.begin(token, takerHere());
  }

  /** Takes a value at this place. */
  function takerHere(): TakeValue | undefined {
    if (place === 'points') return (raw, values) => metric?.point(raw, values);
    if (place === 'list') return (raw) => ({ kind: 'element', collection, raw });
    return undefined;
  }

  function scalar(raw: unknown): HealthItem | undefined {
    if (place === 'metric' && key === 'name') metric?.nameIs(raw);
    else if (place === 'metric' && key === 'units') metric?.unitsAre(raw);
    else if (place === 'root' && key === 'data' && raw === null) seen = true;
    else if (place === 'points' || place === 'list') {
      return takerHere()?.(raw, 1);
    }
    return undefined;
  }

  return {
    *push(text) {
      const tokens = tokensOf(parse, text);
      // By index: an iterator would leave an object per token.
      for (let nr = 0; nr < tokens.length; nr += 1) {
        const item = consume(tokens[nr] as Token);
        if (item !== undefined) yield item;
        if (finished === undefined) continue;
        yield* finished.rest();
        finished = metric = undefined;
      }
      if (metric !== undefined) yield* metric.readable();
    },
    isExport: () => seen,
    isComplete: () => place === 'after',
  };
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
        if (depth > maxDepth) throw new BodyRefused('malformed');
      }
      if (take !== undefined) {
        // A text of 64 MiB can be 20 million objects, each of which takes more than its three letters.
        if (values > mostValues) throw new BodyRefused('element_too_large');
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
    throw new BodyRefused('malformed');
  }
}

function valueOf(token: Token & { value: unknown }): unknown {
  return token.name === 'numberValue' ? Number(token.value) : token.value;
}
