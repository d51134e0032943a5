import { allTopics, metrics, type Metric } from '@bridge/contracts';
import { errorCodes } from '@bridge/core';

const day = 86_400_000;

/** The map of topics as a table. */
export function topicsReference(): string {
  const rows = allTopics().map((topic) => [
    `\`${topic.name}\``,
    topic.value,
    String(topic.partitions),
    `${topic.retentionMs / day} d`,
    topic.producedBy.join(', '),
    topic.consumedBy.join(', '),
  ]);
  return page('Topics', 'libs/contracts/src/topics.ts', [
    ['Topic', 'Value', 'Partitions', 'Retention', 'Produced by', 'Consumed by'],
    ...rows,
  ]);
}

/** The metric dictionary as a table. */
export function metricsReference(): string {
  const rows = Object.entries<Metric>(metrics).map(([name, metric]) => [
    `\`${name}\``,
    metric.meaning + (metric.opaque ? '; opaque' : ''),
    `\`${metric.unit}\``,
    `${metric.min} to ${metric.max}`,
    metric.loinc ?? '',
    (metric.aliases ?? []).map((alias) => `\`${alias}\``).join(', '),
    Object.keys(metric.equivalents ?? {})
      .map((unit) => `\`${unit}\``)
      .join(', '),
  ]);
  return page('Metrics', 'libs/contracts/src/metrics.ts', [
    ['Metric', 'Meaning', 'Unit (UCUM)', 'Plausible', 'LOINC', 'Aliases', 'Also taken'],
    ...rows,
  ]);
}

/** The codes of errors as a table. */
export function errorCodesReference(): string {
  const rows = Object.entries(errorCodes).map(([code, { retry, meaning }]) => [
    `\`${code}\``,
    retry,
    meaning,
  ]);
  return page('Error codes', 'libs/core/src/error-codes.ts', [['Code', 'Verdict', 'Meaning'], ...rows]);
}

function page(title: string, source: string, [head = [], ...rows]: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    `# ${title}`,
    '',
    `Generated from \`${source}\` by \`npm run generate\`. Do not edit.`,
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    '',
  ].join('\n');
}
