import { element, isolated, time } from './dom.js';
import { ago, favourites, metricLabel, metricValue, words } from './format.js';
import { sparkline } from './sparkline.js';

const shownReadings = 4;

/** A person's card: mode, newest readings, and on the selected one all readings, the latest transitions and insights. */
export function cardOf({ userId, mode, since, readings, transitions, insights }, { selected, onClick }) {
  const title = element(
    'button',
    { type: 'button', title: 'Show only this person in the live list', onclick: onClick },
    element('span', { className: 'name' }, isolated(userId)),
    element('span', { className: 'mode' }, mode ?? 'no mode yet'),
  );
  title.setAttribute('aria-expanded', String(selected));
  const data = { user: userId, mode: mode ?? 'none', selected: String(selected) };
  return element(
    'li',
    { className: 'card', data },
    title,
    since && element('p', { className: 'since' }, 'since ', time(since, ago)),
    element('dl', { className: 'readings' }, ...chosen(readings, selected).map(readingOf)),
    selected && transitions.length > 0 ? pastOf(transitions) : undefined,
    selected && insights.length > 0 ? insightsOf(insights) : undefined,
  );
}

/** The favourites first, then the newest; all of them on the selected card. */
function chosen(readings, all) {
  const rank = ({ metric }) => (favourites.includes(metric) ? favourites.indexOf(metric) : favourites.length);
  const sorted = [...readings.values()].sort(
    (a, b) => rank(a) - rank(b) || Date.parse(b.at) - Date.parse(a.at),
  );
  return all ? sorted : sorted.slice(0, shownReadings);
}

function readingOf(reading) {
  const { value, unit } = metricValue(reading);
  const about = [reading.source, reading.context, reading.statistic].filter(Boolean).map(words).join(', ');
  return element(
    'div',
    { className: 'reading', title: `${new Date(reading.at).toLocaleString()} · ${about}` },
    element('dt', {}, metricLabel(reading.metric)),
    element('dd', {}, value, unit && element('span', {}, unit)),
    reading.values.length > 2 ? sparkline(reading.values) : undefined,
  );
}

function pastOf(transitions) {
  const rows = transitions.map(({ from, to, at, reason }) =>
    element(
      'li',
      {},
      element('span', {}, `${from ?? 'start'} → ${to}`),
      time(at, ago),
      element('span', { className: 'reason' }, words(reason)),
    ),
  );
  return listOf('Latest transitions', rows);
}

function insightsOf(insights) {
  const rows = insights.map(({ at, summary }) =>
    element('li', {}, element('span', {}, summary), time(at, ago)),
  );
  return listOf('Latest insights', rows);
}

function listOf(title, rows) {
  return element('div', { className: 'past' }, element('h3', {}, title), element('ol', {}, ...rows));
}
