// npm `eventsource`: an EventSource that can send a key, and comes back by itself.
import { createRequire } from 'node:module';
const { EventSource } = createRequire(`${process.env.CLIENTS}/npm/`)('eventsource');

const { STREAM_URL, API_KEY, COUNT } = process.env;
let left = Number(COUNT);
const source = new EventSource(STREAM_URL, {
  fetch: (url, init) =>
    fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${API_KEY}` } }),
});
source.addEventListener('snapshot', () => console.error('following'));
source.addEventListener('event', ({ data }) => {
  console.log(JSON.parse(data).event_id);
  left -= 1;
  if (left === 0) process.exit(0);
});
