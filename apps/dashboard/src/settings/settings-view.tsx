import type { ComponentType } from 'preact';
import { maySee } from '../session/session.ts';
import { route } from '../shell/current-route.ts';
import { AuditSection } from './audit-section.tsx';
import { ChannelsSection } from './channels-section.tsx';
import { KeysSection } from './keys-section.tsx';
import { PageSection } from './page-section.tsx';
import { ProfileSection } from './profile-section.tsx';
import { RoutesSection } from './routes-section.tsx';
import './settings.css';

type Section = {
  readonly name: string;
  readonly label: string;
  readonly scope?: string;
  readonly component: ComponentType;
};

const sections: readonly Section[] = [
  { name: 'profile', label: 'Profiles', component: ProfileSection },
  { name: 'page', label: 'This page', component: PageSection },
  { name: 'routes', label: 'Routes', scope: 'admin', component: RoutesSection },
  { name: 'channels', label: 'Channels', scope: 'admin', component: ChannelsSection },
  { name: 'keys', label: 'API keys', scope: 'admin', component: KeysSection },
  { name: 'audit', label: 'Who looked', scope: 'admin', component: AuditSection },
];

export function SettingsView() {
  const current = route.value;
  if (current.view !== 'settings') return null;
  const allowed = sections.filter(({ scope }) => scope === undefined || maySee(scope));
  const section = allowed.find(({ name }) => name === current.section);
  return (
    <div class="settings-page">
      <h1>Settings</h1>
      <nav aria-label="Settings" class="tabs">
        <ul>
          {allowed.map(({ name, label }) => (
            <li key={name}>
              <a href={`#/settings/${name}`} aria-current={name === current.section ? 'page' : undefined}>
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {section === undefined ? (
        <p class="notice">There is no such section, or this key may not see it.</p>
      ) : (
        <section.component />
      )}
    </div>
  );
}
