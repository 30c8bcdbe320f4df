import type { ChannelNews } from '../../types.ts';
import type { WholeEvent } from '../../whole-event.ts';

/** What shows a job that is watched. */
export interface View {
  show(event: WholeEvent): void;
  /** What becomes of the channel that events come by. */
  hear(news: ChannelNews): void;
  /** Takes away what was drawn. May be called twice. */
  end(): void;
  /** The cursor. */
  seq(): number;
}
