import { useRef, useState } from 'preact/hooks';
import { useHappenings, useInterest } from '../live/live.ts';
import { type Happening, happeningKinds } from '../live/live-message.ts';
import { usePaint } from '../live/use-paint.ts';
import { Isolated } from '../parts/badges.tsx';
import { clock } from '../format/time.ts';
import { viewerZone } from '../shell/preferences.ts';
import { personLink } from '../shell/route.ts';
import { type HappeningWords, happeningWords } from './happening-words.ts';

const keptRows = 200;

const kindLabels = {
  event: 'Measurements',
  transition: 'Switches',
  alert: 'Alerts',
  insight: 'Insights',
} as const;

type Row = HappeningWords & {
  readonly key: number;
  readonly kind: Happening['kind'];
  readonly userId: string;
};

/** Whatever happens to anybody, newest first. */
export function LiveList() {
  const [rows, setRows] = useState<readonly Row[]>([]);
  const [hidden, setHidden] = useState<ReadonlySet<Happening['kind']>>(new Set());
  const waiting = useRef<Row[]>([]);
  const number = useRef(0);
  useInterest({ events: hidden.has('event') ? [] : 'all' });
  const paint = usePaint(() => {
    const more = waiting.current;
    waiting.current = [];
    setRows((before) => [...more, ...before].slice(0, keptRows));
  });

  useHappenings((happening) => {
    number.current += 1;
    const row = {
      ...happeningWords(happening),
      key: number.current,
      kind: happening.kind,
      userId: happening.body.user_id,
    };
    // A page in the background paints nothing, so what waits is bounded too.
    waiting.current = [row, ...waiting.current.slice(0, keptRows - 1)];
    paint();
  });

  const shown = rows.filter(({ kind }) => !hidden.has(kind));
  return (
    <section class="live" aria-labelledby="live-title">
      <h2 id="live-title">Live</h2>
      <div class="chips" role="group" aria-label="Show in the live list">
        {happeningKinds.map((kind) => (
          <button
            key={kind}
            type="button"
            class="chip"
            aria-pressed={!hidden.has(kind)}
            onClick={() => setHidden(toggled(hidden, kind))}
          >
            {kindLabels[kind]}
          </button>
        ))}
      </div>
      {shown.length === 0 ? (
        <p class="notice">Nothing yet. Whatever happens from now on appears here.</p>
      ) : (
        <ol class="frames" id="frames" aria-label="Newest first" tabIndex={0}>
          {shown.map(({ key, kind, userId, at, title, detail, tone }) => (
            <li key={key} data-kind={kind} data-tone={tone}>
              <time dateTime={at}>{clock(at, viewerZone.value)}</time>
              <a href={personLink(userId)}>
                <Isolated text={userId} />
              </a>
              <span>{title}</span>
              {detail !== '' && <small>{detail}</small>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function toggled<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}
