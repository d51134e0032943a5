import {
  metricWords,
  modeWords,
  reasonWords,
  ruleWords,
  sourceWords,
  statisticWords,
  contextWords,
} from './words.ts';

/** A name that the page has no words for, such as that of a partner's metric: legible at least. */
export function plain(name: string): string {
  return name.replaceAll(/[_.]+/g, ' ').trim();
}

/** From one of the lists of `words.ts`. */
export function say(names: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(names, name) ? (names[name] ?? name) : plain(name);
}

export function metricLabel(metric: string): string {
  return Object.hasOwn(metricWords, metric) ? (metricWords[metric]?.label ?? metric) : plain(metric);
}

export function modeLabel(mode: string | null): string {
  const name = mode ?? 'none';
  return Object.hasOwn(modeWords, name) ? (modeWords[name]?.label ?? name) : plain(name);
}

export function modeMeaning(mode: string | null): string {
  return modeWords[mode ?? 'none']?.meaning ?? '';
}

/** The reason of a transition is a rule, or says why a mode ended. */
export function reasonLabel(reason: string): string {
  return say(Object.hasOwn(ruleWords, reason) ? ruleWords : reasonWords, reason);
}

/** `rule.pulse_high`, `silence.oura`, `pipeline.stalled`, or a partner's own kind. */
export function alertLabel(kind: string): string {
  const [family = '', ...rest] = kind.split('.');
  const name = rest.join('.');
  switch (family) {
    case 'rule':
      return say(ruleWords, name);
    case 'mode':
      return `${modeLabel(name)} mode`;
    case 'silence':
      return `No data from ${say(sourceWords, name)}`;
    default:
      return capital(plain(kind));
  }
}

/** Where a reading is from and how it was taken: `Oura, asleep, mean`. */
export function readingOrigin(reading: {
  readonly source?: string | undefined;
  readonly device_id?: string | undefined;
  readonly context?: string | undefined;
  readonly statistic?: string | undefined;
}): string {
  const { source, device_id, context, statistic } = reading;
  const device = source === undefined ? [] : [deviceLabel(source, device_id)];
  const circumstances = context === undefined || context === 'unknown' ? [] : [say(contextWords, context)];
  return [
    ...device,
    ...circumstances,
    ...(statistic === undefined ? [] : [say(statisticWords, statistic)]),
  ].join(', ');
}

export function deviceLabel(source: string, deviceId?: string): string {
  const name = say(sourceWords, source);
  return deviceId === undefined || deviceId === source ? name : `${name} (${deviceId})`;
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
