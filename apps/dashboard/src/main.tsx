import { render } from 'preact';
import { App } from './app.tsx';
import { startPreferences } from './shell/preferences.ts';
import './shell/page.css';

startPreferences();
const page = document.getElementById('page');
if (page !== null) render(<App />, page);
