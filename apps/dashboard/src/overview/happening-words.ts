import { valueText } from '../format/value.ts';
import { type Happening } from '../live/live-message.ts';
import { alertLabel, metricLabel, modeLabel, plain, reasonLabel, say } from '../words/say.ts';
import { alertChangeWords, insightWords, severityWords, sourceWords } from '../words/words.ts';

export type HappeningWords = {
  readonly at: string;
  readonly title: string;
  readonly detail: string;
  /** A mode or a severity; it gives the line its colour. */
  readonly tone?: string;
};

const shownReadings = 4;

/** One thing that happened, in a line. */
export function happeningWords(happening: Happening): HappeningWords {
  switch (happening.kind) {
    case 'event': {
      const { received_at, event_type, source, operation, readings } = happening.body;
      const texts = readings
        .slice(0, shownReadings)
        .map(({ metric, value, unit }) => `${metricLabel(metric)} ${valueText(metric, value, unit)}`);
      return {
        at: received_at,
        title: `${plain(event_type)} from ${say(sourceWords, source)}`,
        detail: operation === 'delete' ? 'deleted' : texts.join(' · '),
      };
    }
    case 'transition': {
      const { at, from, to, summary, reason } = happening.body;
      const before = from === null ? '' : `${modeLabel(from)} → `;
      return { at, title: `${before}${modeLabel(to)}`, detail: summary ?? reasonLabel(reason), tone: to };
    }
    case 'alert': {
      const { at, kind, to, severity, change, by, summary } = happening.body;
      const news = change === undefined ? to : say(alertChangeWords, change);
      const who = by === undefined ? '' : ` by ${by}`;
      return {
        at,
        title: `${say(severityWords, severity)}: ${alertLabel(kind)} ${news}${who}`,
        detail: summary ?? '',
        tone: to === 'resolved' ? 'info' : severity,
      };
    }
    case 'insight': {
      const { at, kind, summary } = happening.body;
      return { at, title: say(insightWords, kind), detail: summary };
    }
  }
}
