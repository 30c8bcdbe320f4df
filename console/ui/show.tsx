import type { JobStatus } from '../../protocol/lifecycle.ts';
import type { Json } from '../../protocol/types.ts';
import type { DeliveryStatus } from '../../protocol/webhooks.ts';
import { formatAgo } from '../model/format.ts';
import { CopyButton } from './buttons.tsx';
import { useNow } from './use-now.ts';

const statusWords: Record<JobStatus | DeliveryStatus | 'enabled' | 'disabled', string> = {
  queued: 'Queued',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  canceled: 'Canceled',
  'timed-out': 'Timed out',
  pending: 'Pending',
  delivered: 'Delivered',
  enabled: 'Enabled',
  disabled: 'Disabled',
};

/** A status in a word and a colour. */
export function StatusBadge({ status }: { status: keyof typeof statusWords }) {
  return <span class={`badge badge-${status}`}>{statusWords[status]}</span>;
}

/** A time, as how long ago it is; the time itself on hovering. */
export function Ago({ time }: { time: string }) {
  const nowMs = useNow(5000);
  return (
    <time dateTime={time} title={new Date(time).toLocaleString()}>
      {formatAgo(time, nowMs)}
    </time>
  );
}

/** A time of day. */
export function Clock({ time }: { time: string }) {
  const date = new Date(time);
  const text = date.toLocaleTimeString(undefined, { hour12: false });
  return (
    <time dateTime={time} title={date.toLocaleString()}>
      {text}.{String(date.getMilliseconds()).padStart(3, '0')}
    </time>
  );
}

interface ProgressBarProps {
  percent: number | undefined;
  label: string;
}

/** How far something is; without a number, that it is under way. */
export function ProgressBar({ percent, label }: ProgressBarProps) {
  const known = percent === undefined ? {} : { 'aria-valuenow': Math.round(percent) };
  const style = percent === undefined ? {} : { width: `${Math.min(100, Math.max(0, percent))}%` };
  return (
    <div class="progress" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...known}>
      <div class={percent === undefined ? 'progress-bar progress-open' : 'progress-bar'} style={style} />
    </div>
  );
}

interface CodeProps {
  text: string;
  /** What it is, for screen readers and for the button that copies it. */
  what: string;
}

/** What scrolls must be within the keyboard's reach, though it is nothing to act on. */
const focusable = { tabIndex: 0 };

/** Text of a program, to read and to copy. */
export function Code({ text, what }: CodeProps) {
  return (
    <div class="code">
      <section class="code-text" aria-label={what} {...focusable}>
        <pre>{text}</pre>
      </section>
      <CopyButton text={text} what={what} />
    </div>
  );
}

/** Any JSON value, as text. */
export function JsonView({ value, what }: { value: Json; what: string }) {
  return <Code text={typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)} what={what} />;
}

/** Names and what they stand for. */
export function Facts({ items }: { items: [string, preact.ComponentChildren][] }) {
  return (
    <dl class="facts">
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Stands where there is nothing to show. */
export function Empty({ children }: { children: preact.ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
