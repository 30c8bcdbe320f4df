import type { ComponentChildren } from 'preact';
import { isApiError } from '../../client/errors.ts';
import { problems } from '../../protocol/errors.ts';
import { placeOf } from '../model/faults.ts';

interface NoticeProps {
  kind: 'info' | 'good' | 'bad' | 'warn';
  title?: string;
  children?: ComponentChildren;
}

/** Something that the user should know. Bad news is read out at once. */
export function Notice({ kind, title, children }: NoticeProps) {
  return (
    <div class={`notice notice-${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      {title && <p class="notice-title">{title}</p>}
      {children}
    </div>
  );
}

interface ErrorNoticeProps {
  error: Error | undefined;
  /** Leaves out the faults that the form shows beside its fields. */
  isShownElsewhere?(pointer: string): boolean;
}

/** What went wrong and, where the service said so, what to do about it. */
export function ErrorNotice({ error, isShownElsewhere = () => false }: ErrorNoticeProps) {
  if (!error) return null;
  if (!isApiError(error)) {
    return (
      <Notice kind="bad" title="That did not work">
        <p>{error.message}</p>
      </Notice>
    );
  }
  const problem = error.code && problems[error.code];
  const faults = error.errors.filter((fault) => !isShownElsewhere(placeOf(fault)));
  return (
    <Notice kind="bad" title={error.title ?? `The answer is ${error.status}`}>
      <p>{error.detail ?? error.message}</p>
      {faults.length > 0 && (
        <ul>
          {faults.map((fault) => (
            <li key={placeOf(fault)}>
              <code>{placeOf(fault)}</code> {fault.detail}
            </li>
          ))}
        </ul>
      )}
      {problem && (faults.length > 0 || error.errors.length === 0) && (
        <p class="remedy">{problem.remedy.replaceAll('`', '')}</p>
      )}
    </Notice>
  );
}
