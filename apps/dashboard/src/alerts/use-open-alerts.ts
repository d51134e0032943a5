import { useEffect } from 'preact/hooks';
import { reloads, useHappenings } from '../live/live.ts';
import { maySee } from '../session/session.ts';
import { loadOpenAlerts, openAlerts, takeAlertChange } from './open-alerts.ts';

const retryMs = 3_000;

/** Keeps the open alerts current while the page is there. */
export function useOpenAlerts(): void {
  const isAllowed = maySee('alerts');
  const gaps = reloads.value;
  const isAway = openAlerts.value.failure?.kind === 'away';
  useEffect(() => {
    if (isAllowed) void loadOpenAlerts();
  }, [isAllowed, gaps]);
  useEffect(() => {
    if (!isAway) return;
    const timer = setInterval(() => void loadOpenAlerts(), retryMs);
    return () => clearInterval(timer);
  }, [isAway]);
  useHappenings((happening) => {
    if (isAllowed && happening.kind === 'alert') takeAlertChange(happening.body);
  });
}
