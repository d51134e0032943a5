const width = 52;
const height = 20;
const svg = 'http://www.w3.org/2000/svg';

/** A small line of the latest values, the newest marked. */
export function sparkline(values) {
  const low = Math.min(...values);
  const range = Math.max(...values) - low || 1;
  const points = values.map((value, index) => [
    (index / (values.length - 1)) * width,
    height - ((value - low) / range) * (height - 4) - 2,
  ]);
  const picture = document.createElementNS(svg, 'svg');
  picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
  picture.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(svg, 'polyline');
  line.setAttribute(
    'points',
    points.map((point) => point.map((part) => part.toFixed(1)).join(',')).join(' '),
  );
  const newest = document.createElementNS(svg, 'circle');
  const [x, y] = points.at(-1);
  newest.setAttribute('cx', x.toFixed(1));
  newest.setAttribute('cy', y.toFixed(1));
  newest.setAttribute('r', '2.2');
  picture.append(line, newest);
  return picture;
}
