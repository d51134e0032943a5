import { byId, element, isolated, refreshTimes, time } from './dom.js';
import { ago, alertLabel, words } from './format.js';
import { readPage } from './read-json.js';

const unconfirmed = 'Nothing was measured any more that would say whether it is over';
const rank = { critical: 0, warning: 1, info: 2 };
const shown = 6;
/** Of 500 alerts each, newest first; an older one may be the worst. */
const mostPages = 20;

/** The strip of open alerts, worst first. */
export function createAlerts() {
  const open = new Map();
  /** Changes that come while the list is read: the answer may be older than they are. */
  let meanwhile;
  const strip = byId('alerts');

  function render() {
    const alerts = [...open.values()].sort(
      (a, b) => rank[a.severity] - rank[b.severity] || isUnconfirmed(a) - isUnconfirmed(b),
    );
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
    // What somebody did to an alert need not repeat what it says.
    else open.set(alert_id, { ...(alert.by && open.get(alert_id)), ...alert, status: to, since });
  }

  /** What is open already. The alerts service answers behind the edge, for a session that may see alerts. */
  async function load() {
    const changes = [];
    meanwhile = changes;
    const found = await readOpen(() => meanwhile === changes);
    // A later call reads what is newer.
    if (meanwhile !== changes) return;
    meanwhile = undefined;
    if (!found) return;
    open.clear();
    for (const { alert_id, opened_at, ...alert } of found) open.set(alert_id, { ...alert, since: opened_at });
    for (const alert of changes) apply(alert);
    render();
  }

  setInterval(() => refreshTimes(strip), 5000);
  return { change, load };
}

/** All pages, while they are wanted; undefined where the first is refused. */
async function readOpen(isWanted) {
  let next = '/alerts?status=firing&status=unconfirmed&limit=500';
  let found;
  for (let read = 0; read < mostPages && next !== undefined && isWanted(); read += 1) {
    const answer = await readPage(next);
    if (!answer) break;
    found = [...(found ?? []), ...answer.page.alerts];
    next = answer.next;
  }
  return found;
}

const isUnconfirmed = ({ status }) => status === 'unconfirmed';

function alertOf({ user_id, kind, severity, status, since, evidence, summary, question }) {
  const rules = (evidence?.rules ?? []).map(words).join(', ');
  const said = [summary ?? rules, question].filter(Boolean).join(' ');
  return element(
    'p',
    { className: 'alert', data: { severity, status } },
    element('b', {}, severity),
    isUnconfirmed({ status }) ? element('small', { title: unconfirmed }, status) : undefined,
    element('span', {}, isolated(user_id), ` · ${alertLabel(kind)}${said && `: ${said}`}`),
    time(since, ago),
  );
}
