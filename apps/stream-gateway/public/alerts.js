import { byId, element, refreshTimes, time } from './dom.js';
import { ago, alertLabel, words } from './format.js';
import { readJson } from './read-json.js';

const rank = { critical: 0, warning: 1, info: 2 };
const shown = 6;

/** The strip of open alerts, worst first. */
export function createAlerts() {
  const open = new Map();
  /** Changes that come while the list is read: the answer may be older than they are. */
  let meanwhile;
  const strip = byId('alerts');

  function render() {
    const alerts = [...open.values()].sort((a, b) => rank[a.severity] - rank[b.severity]);
    const more = alerts.length - shown;
    strip.hidden = alerts.length === 0;
    strip.replaceChildren(
      ...alerts.slice(0, shown).map(alertOf),
      ...(more > 0 ? [element('p', { className: 'alert' }, `and ${more} more`)] : []),
    );
  }

  function change(alert) {
    meanwhile?.push(alert);
    apply(alert);
    render();
  }

  function apply({ alert_id, to, at, ...alert }) {
    const since = open.get(alert_id)?.since ?? at;
    if (to === 'resolved') open.delete(alert_id);
    else open.set(alert_id, { ...alert, since });
  }

  /** What is open already. The alerts service answers behind the edge, for a session that may see alerts. */
  async function load() {
    const changes = [];
    meanwhile = changes;
    const answer = await readJson('/alerts?status=firing&status=unconfirmed');
    // A later call reads what is newer.
    if (meanwhile !== changes) return;
    meanwhile = undefined;
    if (!answer) return;
    open.clear();
    for (const { alert_id, opened_at, ...alert } of answer.alerts)
      open.set(alert_id, { ...alert, since: opened_at });
    for (const alert of changes) apply(alert);
    render();
  }

  setInterval(() => refreshTimes(strip), 5000);
  return { change, load };
}

function alertOf({ user_id, kind, severity, since, evidence, summary, question }) {
  const rules = (evidence?.rules ?? []).map(words).join(', ');
  const said = [summary ?? rules, question].filter(Boolean).join(' ');
  return element(
    'p',
    { className: 'alert', data: { severity } },
    element('b', {}, severity),
    element('span', {}, `${user_id} · ${alertLabel(kind)}${said && `: ${said}`}`),
    time(since, ago),
  );
}
