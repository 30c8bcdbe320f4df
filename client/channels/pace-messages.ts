import type { ClientMessage } from '../../protocol/socket-messages.ts';

/** So many messages may go out at once ... */
const atOnce = 10;
/** ... and then one each so many milliseconds: 33 a second. The service takes 50 of one connection. */
const spaceMs = 30;

/** What goes out over one connection. */
export interface PacedMessages {
  put(message: ClientMessage): void;
  /** How many unsubscribes still wait: the service counts what they are for. */
  leaving(): number;
  /** What still waits is not sent any more. */
  stop(): void;
}

/**
 * Sends what is put in no faster than the service takes it: in its order, but unsubscribes, which nobody waits for, after
 * all else. One whose own subscribe still waits takes that back instead.
 */
export function paceMessages(send: (message: ClientMessage) => void): PacedMessages {
  const waiting: ClientMessage[] = [];
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

  const leaving = () => waiting.filter(({ type }) => type === 'unsubscribe').length;

  /** False where no subscribe of this id waits. */
  function takeBack(id: string): boolean {
    const place = waiting.findIndex((message) => message.type === 'subscribe' && message.id === id);
    if (place >= 0) waiting.splice(place, 1);
    return place >= 0;
  }

  return {
    put(message) {
      if (message.type !== 'unsubscribe') waiting.splice(waiting.length - leaving(), 0, message);
      else if (!takeBack(message.id)) waiting.push(message);
      sendDue();
    },
    leaving,
    stop() {
      clearTimeout(timer);
      waiting.length = 0;
    },
  };
}
