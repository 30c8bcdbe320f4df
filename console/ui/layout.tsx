import type { ComponentChildren } from 'preact';
import { useSession } from '../api/session.ts';
import { Button } from './buttons.tsx';
import { Link, useAddress } from './router.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

const entries = [
  { href: '/types', title: 'Job types' },
  { href: '/jobs', title: 'Jobs' },
  { href: '/channels', title: 'Channels' },
  { href: '/webhooks', title: 'Webhooks' },
  { href: '/dead-letters', title: 'Dead letters' },
  { href: '/load', title: 'Load' },
  { href: '/api', title: 'API' },
];

/** What is around every page: where one is, where one can go, and the way out. */
export function Layout({ children }: { children: ComponentChildren }) {
  const { path } = useAddress();
  const { signOut, service, config } = useSession();
  const current = (href: string) => (path === '/' ? href === '/types' : path === href || path.startsWith(`${href}/`));
  return (
    <div class="layout">
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <header class="side">
        <Link href="/" class="brand">
          <Mark />
          <span>
            Jobwire <small>{config.local ? 'local' : service.version}</small>
          </span>
        </Link>
        <nav aria-label="Pages">
          <ul>
            {entries.map(({ href, title }) => (
              <li key={href}>
                <Link href={href} aria-current={current(href) ? 'page' : undefined}>
                  {title}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div class="side-foot">
          <ThemeSwitch />
          <Button kind="quiet" onClick={() => signOut()}>
            Sign out
          </Button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** The mark: a wire with a job under way on it. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
      <rect width="32" height="32" rx="8" class="mark-ground" />
      <path d="M6 20 H11 L15 11 L19 22 L22 16 H26" class="mark-wire" />
      <circle cx="26" cy="16" r="2.4" class="mark-end" />
    </svg>
  );
}
