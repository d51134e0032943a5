import { byId, element, isolated, oncePerPaint, time } from './dom.js';
import { alertLabel, clock, metricShort, metricValue, words } from './format.js';

const keptFrames = 300;

/** The live list, newest first. */
export function createFeed({ onEveryone }) {
  const list = byId('frames');
  const only = byId('only');
  let onlyUser;

  /** Newest first; a page in the background paints nothing, so what waits is bounded too. */
  let waiting = [];

  function add(kind, body) {
    waiting = [[kind, body], ...waiting.slice(0, keptFrames - 1)];
    paint();
  }

  const paint = oncePerPaint(() => {
    list.prepend(...waiting.map(([kind, body]) => rowOf(kind, body)));
    waiting = [];
    while (list.childElementCount > keptFrames) list.lastElementChild.remove();
    byId('no-frames').hidden = true;
  });

  function rowOf(kind, body) {
    const { title, detail, at, data } = describe[kind](body);
    const row = element(
      'li',
      { className: 'frame', data: { kind, new: 'true', ...data } },
      time(at, clock),
      element('i'),
      element('div', {}, element('b', {}, isolated(body.user_id)), ' ', ...title),
      element('small', {}, detail),
    );
    row.user = body.user_id;
    row.hidden = onlyUser !== undefined && body.user_id !== onlyUser;
    return row;
  }

  function showOnly(user) {
    onlyUser = user;
    only.hidden = user === undefined;
    only.replaceChildren('only ', isolated(user ?? ''), ' ✕');
    for (const row of list.children) row.hidden = user !== undefined && row.user !== user;
  }

  for (const box of document.querySelectorAll('input[name=kind]')) {
    box.addEventListener('change', () => {
      const hidden = document.querySelectorAll('input[name=kind]:not(:checked)');
      list.dataset.hide = [...hidden].map(({ value }) => value).join(' ');
    });
  }
  only.addEventListener('click', onEveryone);

  return { add, showOnly };
}

const describe = {
  event: ({ source, event_type, readings, operation, received_at }) => ({
    at: received_at,
    title: [`${words(event_type)} · `, isolated(source)],
    detail: operation === 'delete' ? 'deleted' : readings.slice(0, 4).map(readingText).join(' · '),
    data: {},
  }),
  transition: ({ from, to, at, reason, confidence, summary }) => ({
    at,
    title: [`${from ?? 'start'} → `, element('em', {}, to)],
    detail: summary ?? `${words(reason)}, confidence ${confidence.toFixed(2)}`,
    data: { mode: to },
  }),
  alert: ({ kind, to, severity, at, evidence, summary, by, change }) => ({
    at,
    title: [element('em', {}, alertNews({ to, severity, by, change })), ` ${alertLabel(kind)}`],
    detail: summary ?? (evidence?.rules ?? []).map(words).join(', '),
    data: { severity: to === 'resolved' ? 'info' : severity },
  }),
  insight: ({ kind, at, summary }) => ({ at, title: [words(kind)], detail: summary, data: {} }),
};

function alertNews({ to, severity, by, change }) {
  if (by !== undefined) return words(change);
  return to === 'firing' ? `${severity} alert` : to;
}

function readingText(reading) {
  const { value, unit } = metricValue(reading);
  return `${metricShort(reading.metric)} ${value} ${unit}`.trim();
}
