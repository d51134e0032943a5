import { createAlerts } from './alerts.js';
import { byId } from './dom.js';
import { createFeed } from './feed.js';
import { createPeople, mostPeople } from './people.js';
import { readJson } from './read-json.js';
import { currentSession, endSession, useSignInLink } from './session.js';
import { followStream } from './stream.js';

/** Requests at a time; what is in view is read, nobody else's data. */
const readAtOnce = 4;
/** On the selected card. */
const shownInsights = 10;

const alerts = createAlerts();
const people = createPeople({ onSelect: select, onShown: readState });
const feed = createFeed({ onEveryone: () => people.clearSelection() });
let stop;
let selected;

async function start() {
  const problem = await useSignInLink();
  const session = await currentSession();
  if (!session) return showSignedOut(problem);
  byId('signed-out').hidden = true;
  byId('dashboard').hidden = false;
  byId('sign-out').hidden = false;
  stop?.();
  // The stream first: what happens while the state is read is then not missed.
  stop = followStream({
    onFrame: show,
    onReset: () => void loadState(),
    onState: showConnection,
    isSignedIn: async () => {
      const signedIn = (await currentSession()) !== undefined;
      if (!signedIn) showSignedOut('The session has ended.');
      return signedIn;
    },
  });
  await loadState();
}

async function loadState() {
  void alerts.load();
  people.forgetShown();
  // What was found out while the stream was away is on no frame.
  if (selected !== undefined) void readInsights(selected);
  await readPeople();
}

/** Page by page, as far as there are cards for them. */
async function readPeople() {
  let after = '';
  for (let read = 0; read < mostPeople;) {
    const answer = await readJson(`/users?limit=${mostPeople}${after}`);
    if (!answer) return;
    for (const { user_id, mode, seq } of answer.users) people.update(user_id, { mode, seq });
    if (answer.next === null) return;
    read += answer.users.length;
    after = `&cursor=${answer.next}`;
  }
}

function select(user) {
  selected = user;
  feed.showOnly(user);
  if (user !== undefined) void readInsights(user);
}

async function readInsights(user) {
  const answer = await readJson(`/users/${encodeURIComponent(user)}/insights?limit=${shownInsights}`);
  if (answer) people.update(user, { insights: answer.insights });
}

const wanted = [];
let reading = 0;

async function readState(user) {
  wanted.push(user);
  if (reading === readAtOnce) return;
  reading += 1;
  for (let next = wanted.shift(); next !== undefined; next = wanted.shift()) {
    const state = await readJson(`/users/${encodeURIComponent(next)}/state`);
    if (!state) continue;
    const { mode, seq, since, readings } = state;
    const past = await readJson(`/users/${encodeURIComponent(next)}/transitions?limit=10`);
    people.update(next, { mode, seq, since, transitions: past?.transitions ?? [], readings });
  }
  reading -= 1;
}

function show(kind, body) {
  feed.add(kind, body);
  if (kind === 'event') people.event(body);
  if (kind === 'transition') people.transition(body);
  if (kind === 'alert') alerts.change(body);
  if (kind === 'insight') people.insight(body);
}

function showConnection(state) {
  byId('connection').dataset.state = state;
  byId('connection').textContent = state;
}

function showSignedOut(problem) {
  stop?.();
  showConnection('signed out');
  byId('dashboard').hidden = true;
  byId('sign-out').hidden = true;
  byId('signed-out').hidden = false;
  byId('sign-in-problem').hidden = !problem;
  byId('sign-in-problem').textContent = problem ?? '';
  byId('sign-in-command').textContent =
    `curl -X POST ${location.origin}/session/links \\\n  -H "Authorization: Bearer $AUREN_MASTER_API_KEY"`;
}

byId('sign-out').addEventListener('click', async () => {
  await endSession();
  location.reload();
});
// A link that is opened in a tab that shows this page already changes the fragment only.
window.addEventListener('hashchange', () => void start());

try {
  await start();
} catch {
  showConnection('not reachable');
}
