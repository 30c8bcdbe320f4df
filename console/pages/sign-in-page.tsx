import { useState } from 'preact/hooks';
import { isApiError } from '../../client/errors.ts';
import type { ConsoleConfig } from '../api/config.ts';
import { Button } from '../ui/buttons.tsx';
import { Mark } from '../ui/layout.tsx';
import { Notice } from '../ui/notice.tsx';
import { ThemeSwitch } from '../ui/theme-switch.tsx';

interface SignInPageProps {
  config: ConsoleConfig;
  /** Why the user is here again. */
  note: string | undefined;
  signIn(key: string): Promise<void>;
}

/** Asks for a key, and keeps it for this tab alone. */
export function SignInPage({ config, note, signIn }: SignInPageProps) {
  const [key, setKey] = useState('');
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setFault(undefined);
    await signIn(key.trim()).catch((error: Error) => {
      setFault(faultOf(error));
      setBusy(false);
    });
  }

  return (
    <main class="sign-in">
      <div class="sign-in-box">
        <p class="sign-in-brand">
          <Mark /> <span>Jobwire</span>
        </p>
        <h1>Sign in</h1>
        {note && <Notice kind="info">{note}</Notice>}
        <form onSubmit={submit} autocomplete="off">
          <label class="field-label" for="key">
            API key or access token
          </label>
          <input
            id="key"
            class="input mono"
            type="password"
            name="key"
            value={key}
            required
            spellcheck={false}
            autocomplete="off"
            aria-describedby="key-hint"
            aria-invalid={fault !== undefined}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
          <p class="hint" id="key-hint">
            {config.local ? (
              <>
                The terminal that <code>npm start</code> runs in shows one; <code>.jobwire/local.json</code> has it,
                too.
              </>
            ) : (
              <>
                An operator makes one with <code>npm run keys -- create</code>.
              </>
            )}{' '}
            It stays in this tab and is forgotten with it.
          </p>
          {fault && <Notice kind="bad">{fault}</Notice>}
          <Button kind="primary" isBusy={isBusy} isDisabled={isBusy}>
            Sign in
          </Button>
        </form>
        <OtherPages config={config} />
        <ThemeSwitch />
      </div>
    </main>
  );
}

/** What can be seen without a key. */
function OtherPages({ config: { rest, pages = [] } }: { config: ConsoleConfig }) {
  const open = [
    { href: rest, title: 'Addresses of the API' },
    { href: `${rest}/openapi.json`, title: 'OpenAPI' },
    { href: `${rest}/asyncapi.json`, title: 'AsyncAPI' },
    ...pages,
  ];
  return (
    <ul class="link-row">
      {open.map(({ href, title }) => (
        <li key={href}>
          <a href={href}>{title}</a>
        </li>
      ))}
    </ul>
  );
}

function faultOf(error: Error): string {
  if (isApiError(error) && error.status === 401) return 'This key is unknown, revoked or expired.';
  if (isApiError(error) && error.status === 403)
    return 'This key may not read jobs: it needs the scope jobs:read at least.';
  return error.message;
}
