import { byId, element, refreshTimes, time } from './dom.js';
import { ago, favourites, metricLabel, metricValue, modes, words } from './format.js';
import { sparkline } from './sparkline.js';

const shownReadings = 4;
const keptValues = 24;

/** The cards of all persons, by user id. `onSelect` gets the user id that the feed should be limited to, or undefined. */
export function createPeople({ onSelect }) {
  const people = new Map();
  let selected;
  let search = '';

  function get(userId) {
    let person = people.get(userId);
    if (!person) {
      person = { userId, mode: null, seq: 0, readings: new Map(), transitions: [], card: undefined };
      people.set(userId, person);
    }
    return person;
  }

  /**
   * Takes what the server says of a person; what is not given stays. An answer from before a transition that the stream
   * has brought already changes no mode.
   */
  function update(userId, { seq = 0, mode, since, transitions, readings = [] }) {
    const person = get(userId);
    if (mode !== undefined && seq >= person.seq) Object.assign(person, { mode, seq });
    if (transitions && seq >= person.seq) Object.assign(person, { since, transitions });
    for (const reading of readings) take(person, reading);
    render(person);
  }

  function take(person, reading) {
    const known = person.readings.get(reading.metric);
    const at = Date.parse(reading.at);
    if (known && at < Date.parse(known.at)) return;
    const values = [...(known?.values ?? []), reading.value].slice(-keptValues);
    person.readings.set(reading.metric, { ...reading, values });
  }

  function event({ user_id, timestamp, readings, source, operation }) {
    const fresh = operation === 'delete' ? [] : readings;
    update(user_id, {
      readings: fresh.map((reading) => ({ ...reading, source, at: reading.end ?? timestamp })),
    });
  }

  function transition({ user_id, seq, from, to, at, reason }) {
    const person = get(user_id);
    update(user_id, {
      seq,
      mode: to,
      since: at,
      transitions: [{ from, to, at, reason }, ...person.transitions].slice(0, 10),
    });
    person.card.dataset.changed = 'false';
    // Asking for the layout between the two makes the browser play the animation again.
    void person.card.offsetWidth;
    person.card.dataset.changed = 'true';
  }

  function select(userId) {
    const before = people.get(selected);
    selected = userId === selected ? undefined : userId;
    if (before) render(before);
    if (selected) render(get(selected));
    onSelect(selected);
  }

  function render(person) {
    const card = cardOf(person, {
      selected: person.userId === selected,
      onClick: () => select(person.userId),
    });
    card.hidden = !person.userId.toLowerCase().includes(search);
    const hadFocus = person.card?.contains(document.activeElement);
    if (person.card) person.card.replaceWith(card);
    else insert(person, card);
    person.card = card;
    if (hadFocus) card.querySelector('button').focus();
    summarise();
  }

  /** By name, so that a card is found where it was. */
  function insert(person, card) {
    const after = [...people.values()].filter(
      ({ userId, card: placed }) =>
        placed && userId.localeCompare(person.userId, undefined, { numeric: true }) > 0,
    );
    after.sort((a, b) => a.userId.localeCompare(b.userId, undefined, { numeric: true }));
    byId('people').insertBefore(card, after[0]?.card ?? null);
  }

  function summarise() {
    const all = [...people.values()];
    byId('no-people').hidden = all.length > 0;
    byId('summary').textContent =
      all.length === 0 ? '' : `${all.length} ${all.length === 1 ? 'person' : 'people'}`;
    const counts = modes.map((mode) => [mode, all.filter((person) => person.mode === mode).length]);
    byId('modes').replaceChildren(
      ...counts.map(([mode, count]) => element('li', { data: { mode } }, `${count} ${mode}`)),
    );
  }

  byId('search').addEventListener('input', (input) => {
    search = input.target.value.trim().toLowerCase();
    for (const { userId, card } of people.values()) card.hidden = !userId.toLowerCase().includes(search);
  });
  setInterval(() => refreshTimes(byId('people')), 5000);

  return { update, event, transition, clearSelection: () => selected && select(selected) };
}

function cardOf({ userId, mode, since, readings, transitions }, { selected, onClick }) {
  const title = element(
    'button',
    { type: 'button', title: 'Show only this person in the live list', onclick: onClick },
    element('span', { className: 'name' }, userId),
    element('span', { className: 'mode' }, mode ?? 'no mode yet'),
  );
  title.setAttribute('aria-expanded', String(selected));
  const data = { mode: mode ?? 'none', selected: String(selected) };
  return element(
    'li',
    { className: 'card', data },
    title,
    since && element('p', { className: 'since' }, 'since ', time(since, ago)),
    element('dl', { className: 'readings' }, ...chosen(readings, selected).map(readingOf)),
    selected && transitions.length > 0 ? pastOf(transitions) : undefined,
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
  return element(
    'div',
    { className: 'past' },
    element('h3', {}, 'Latest transitions'),
    element('ol', {}, ...rows),
  );
}
