import { useEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { theme } from '../shell/preferences.ts';

/** Makes a plot again when its data, the colours or the width change. */
export function usePlot(inputs: readonly unknown[], make: (target: HTMLElement, width: number) => uPlot) {
  const target = useRef<HTMLDivElement>(null);
  const newest = useRef(make);
  newest.current = make;
  const [width, setWidth] = useState(0);
  const isDark = useDarkness();

  useEffect(() => {
    const element = target.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (target.current === null || width === 0) return;
    const plot = newest.current(target.current, width);
    return () => plot.destroy();
  }, [...inputs, width, isDark, theme.value]);

  return target;
}

function useDarkness(): boolean {
  const [isDark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const change = () => setDark(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, []);
  return isDark;
}
