import { render } from 'preact';
import { takeKeyFromAddress } from './api/key-store.ts';
import { App } from './app.tsx';
import { applyTheme } from './ui/theme.ts';

applyTheme();
const key = takeKeyFromAddress();
const root = document.getElementById('root');
if (!root) throw new Error('Cannot show the console: the page has no element with the id root');
render(<App {...(key !== undefined && { keyOfLink: key })} />, root);
