/** Who is told of Ctrl-C: the command that takes it upon itself, or else the whole program, which ends. */
export interface Interrupts {
  /** Fulfilled at a Ctrl-C that no command takes. */
  end: Promise<void>;
  /** Calls `listener` instead, until the function that it returns is called. */
  take(listener: () => void): () => void;
  close(): void;
}

/** Catches each Ctrl-C of `source`. */
export function catchInterrupts(source: { onInterrupt(listener: () => void): () => void }): Interrupts {
  const takers: (() => void)[] = [];
  let stopListening: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    stopListening = source.onInterrupt(() => {
      const taker = takers.at(-1) ?? resolve;
      taker();
    });
  });
  function take(listener: () => void): () => void {
    takers.push(listener);
    return () => {
      const index = takers.lastIndexOf(listener);
      if (index >= 0) takers.splice(index, 1);
    };
  }
  return { end, take, close: stopListening };
}
