/** So many messages may go out at once ... */
const atOnce = 10;
/** ... and then one each so many milliseconds: 33 a second. The service takes 50 of one connection. */
const spaceMs = 30;

/** What goes out over one connection. */
export interface PacedMessages<Message> {
  put(message: Message): void;
  /** What still waits is not sent any more. */
  stop(): void;
}

/** Sends what is put in, in its order, and no faster than the service takes it. */
export function paceMessages<Message extends object>(send: (message: Message) => void): PacedMessages<Message> {
  const waiting: Message[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** When all that was sent would be over, had it been sent evenly. */
  let evenUntilMs = 0;

  function sendDue(): void {
    clearTimeout(timer);
    for (let message = waiting[0]; message; message = waiting[0]) {
      const earlyMs = evenUntilMs - (atOnce - 1) * spaceMs - Date.now();
      if (earlyMs > 0) {
        timer = setTimeout(sendDue, earlyMs);
        return;
      }
      waiting.shift();
      evenUntilMs = Math.max(evenUntilMs, Date.now()) + spaceMs;
      send(message);
    }
  }

  return {
    put(message) {
      waiting.push(message);
      sendDue();
    },
    stop() {
      clearTimeout(timer);
      waiting.length = 0;
    },
  };
}
