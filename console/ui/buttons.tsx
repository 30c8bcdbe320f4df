import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

interface ButtonProps {
  /** `submit` sends the form that it is in. @default does `onClick` */
  onClick?: (() => void) | undefined;
  kind?: 'primary' | 'plain' | 'danger' | 'quiet';
  isBusy?: boolean;
  isDisabled?: boolean;
  /** Read out instead of what it shows. */
  label?: string;
  children: ComponentChildren;
}

/** A button. While it is busy it stays in place, and says so. */
export function Button({ onClick, kind = 'plain', isBusy = false, isDisabled = false, label, children }: ButtonProps) {
  return (
    <button
      type={onClick ? 'button' : 'submit'}
      class={`button button-${kind}`}
      disabled={isDisabled}
      aria-busy={isBusy}
      aria-label={label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

/** Puts `text` on the clipboard. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return (
    <Button kind="quiet" onClick={copy} label={`Copy ${what}`}>
      {isCopied ? 'Copied' : 'Copy'}
    </Button>
  );
}
