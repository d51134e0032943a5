import { byId, element, oncePerPaint, refreshTimes } from './dom.js';
import { modes } from './format.js';
import { cardOf } from './person-card.js';

const keptValues = 24;
const keptTransitions = 10;
const keptInsights = 10;
/** More cards than anyone reads. Who comes later still appears in the live list. */
export const mostPeople = 500;

/** What says of a metric how far it went or how much it varied stands for it only where nothing else does. */
const isAside = ({ statistic }) => ['minimum', 'maximum', 'standard_deviation'].includes(statistic);

/** Latest first, each once: the stream may have brought some while an answer was read. */
function merged(known, more) {
  const byInsight = new Map([...known, ...more].map((insight) => [insight.insight_id, insight]));
  const latestFirst = [...byInsight.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return latestFirst.slice(0, keptInsights);
}

const byName = (a, b) => a.userId.localeCompare(b.userId, undefined, { numeric: true });

/**
 * The cards of all persons. `onSelect` gets the user id that the live list should be limited to, or undefined; `onShown`
 * the user id of a card that came into view for the first time.
 */
export function createPeople({ onSelect, onShown }) {
  const people = new Map();
  const changed = new Set();
  const inView = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) shown(target.dataset.user);
  });
  let selected;
  let search = '';

  function get(userId) {
    const known = people.get(userId);
    if (known || people.size >= mostPeople) return known;
    const person = {
      userId,
      mode: null,
      seq: 0,
      readings: new Map(),
      transitions: [],
      insights: [],
      switched: false,
      shown: false,
    };
    people.set(userId, person);
    return person;
  }

  /**
   * Takes what the server says of a person; what is not given stays. An answer from before a transition that the stream
   * has brought already changes no mode.
   */
  function update(userId, { seq = 0, mode, since, transitions, insights, readings = [] }) {
    const person = get(userId);
    if (!person) return;
    if (mode !== undefined && seq >= person.seq) Object.assign(person, { mode, seq });
    if (transitions && seq >= person.seq) Object.assign(person, { since, transitions });
    if (insights) person.insights = merged(person.insights, insights);
    for (const reading of readings) take(person, reading);
    render(person);
  }

  function take(person, reading) {
    const known = person.readings.get(reading.metric);
    if (known && isAside(reading) && !isAside(known)) return;
    const isBetter = known && isAside(known) && !isAside(reading);
    if (known && !isBetter && Date.parse(reading.at) < Date.parse(known.at)) return;
    const values = [...(isBetter ? [] : (known?.values ?? [])), reading.value].slice(-keptValues);
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
    if (!person || seq < person.seq) return;
    person.switched = true;
    const transitions = [{ from, to, at, reason }, ...person.transitions].slice(0, keptTransitions);
    update(user_id, { seq, mode: to, since: at, transitions });
  }

  function insight({ user_id, insight_id, at, summary }) {
    update(user_id, { insights: [{ insight_id, at, summary }] });
  }

  function select(userId) {
    const before = people.get(selected);
    selected = userId === selected ? undefined : userId;
    for (const person of [before, people.get(selected)]) if (person) render(person);
    onSelect(selected);
  }

  function shown(userId) {
    const person = people.get(userId);
    if (!person || person.shown) return;
    person.shown = true;
    inView.unobserve(person.card);
    onShown(userId);
  }

  /** Everything may have changed while the stream was away: what comes into view is read anew. */
  function forgetShown() {
    for (const person of people.values()) {
      person.shown = false;
      if (person.card) inView.observe(person.card);
    }
  }

  function render(person) {
    changed.add(person);
    paint();
  }

  /** However many events a second there are, a card is made once per paint. */
  const paint = oncePerPaint(() => {
    for (const person of changed) replaceCard(person);
    changed.clear();
    summarise();
  });

  function replaceCard(person) {
    const { userId, card: old } = person;
    const card = cardOf(person, { selected: userId === selected, onClick: () => select(userId) });
    card.hidden = !userId.toLowerCase().includes(search);
    card.dataset.changed = String(person.switched);
    person.switched = false;
    const hadFocus = old?.contains(document.activeElement);
    person.card = card;
    if (old) {
      inView.unobserve(old);
      old.replaceWith(card);
    } else byId('people').insertBefore(card, cardAfter(person));
    if (!person.shown) inView.observe(card);
    if (hadFocus) card.querySelector('button').focus();
  }

  /** Cards are in the order of names, so that one is found where it was. */
  function cardAfter(person) {
    const later = [...people.values()].filter(
      (other) => other.card?.isConnected && byName(other, person) > 0,
    );
    return later.sort(byName)[0]?.card ?? null;
  }

  function summarise() {
    const all = [...people.values()];
    byId('no-people').hidden = all.length > 0;
    const many = all.length >= mostPeople ? ' or more' : '';
    byId('summary').textContent =
      all.length === 0 ? '' : `${all.length}${many} ${all.length === 1 ? 'person' : 'people'}`;
    const counts = modes.map((mode) => [mode, all.filter((person) => person.mode === mode).length]);
    byId('modes').replaceChildren(
      ...counts.map(([mode, count]) => element('li', { data: { mode } }, `${count} ${mode}`)),
    );
  }

  byId('search').addEventListener('input', (input) => {
    search = input.target.value.trim().toLowerCase();
    for (const { userId, card } of people.values()) {
      if (card) card.hidden = !userId.toLowerCase().includes(search);
    }
  });
  setInterval(() => refreshTimes(byId('people')), 5000);

  return {
    update,
    event,
    transition,
    insight,
    forgetShown,
    clearSelection: () => selected && select(selected),
  };
}
