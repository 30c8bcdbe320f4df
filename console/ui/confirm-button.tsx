import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from './buttons.tsx';

interface ConfirmButtonProps {
  /** What the button and the dialog's own button say. */
  label: string;
  question: string;
  onConfirm(): void;
  isBusy?: boolean;
  isDisabled?: boolean;
  children: ComponentChildren;
}

/** A button for what cannot be undone: it asks first. */
export function ConfirmButton({ label, question, onConfirm, isBusy, isDisabled, children }: ConfirmButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  const confirm = () => {
    setOpen(false);
    onConfirm();
  };
  return (
    <>
      <Button kind="danger" onClick={() => setOpen(true)} isBusy={isBusy ?? false} isDisabled={isDisabled ?? false}>
        {label}
      </Button>
      {isOpen && (
        <dialog ref={dialog} class="dialog" aria-label={question} onClose={() => setOpen(false)}>
          <h2>{question}</h2>
          {children}
          <div class="actions">
            <Button onClick={() => dialog.current?.close()}>Keep it as it is</Button>
            <Button kind="danger" onClick={confirm}>
              {label}
            </Button>
          </div>
        </dialog>
      )}
    </>
  );
}
