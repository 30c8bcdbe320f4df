import type { Call } from '../command.ts';
import type { View } from './view.ts';

/** For a program: one event a line, and nothing else. */
export function jsonView({ screen }: Call, after: number): View {
  let cursor = after;
  return {
    show(event) {
      cursor = event.seq;
      screen.printJson(event);
    },
    hear: () => undefined,
    end: () => undefined,
    seq: () => cursor,
  };
}
