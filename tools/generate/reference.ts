import { allTopics, metrics, type Metric } from '@bridge/contracts';

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
