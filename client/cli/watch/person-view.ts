import type { Job } from '../../../protocol/types.ts';
import type { Call } from '../command.ts';
import { eventLine, isWorthALine } from './event-line.ts';
import { afterEvent, type JobProgress, progressOf } from './job-progress.ts';
import { progressFrame, spinnerFrame } from './progress-frame.ts';
import { afterNews, isLost, type Touch } from './touch.ts';
import type { View } from './view.ts';

const tickMs = 100;
const lost = 'No connection; trying again.';

/** For a person: a line for each event, and on a terminal a bar below them. */
export function personView({ screen }: Call, job: Job, after: number): View {
  const { isUnicode, tellPaint: paint } = screen;
  let progress: JobProgress = progressOf(job, after);
  let touch: Touch = { lostAtMs: undefined };
  let isLossTold = false;
  let lastLineMs: number | undefined;

  function draw(): void {
    const options = { nowMs: Date.now(), width: screen.tellWidth, isUnicode, paint };
    if (progress.done) screen.clear();
    else screen.draw(isLost(touch, options.nowMs) ? spinnerFrame(lost, options) : progressFrame(progress, options));
  }

  draw();
  const timer = screen.isLive ? setInterval(draw, tickMs) : undefined;
  return {
    show(event) {
      progress = afterEvent(progress, event);
      const isProgress = event.type === 'job.progress';
      const timeMs = Date.parse(event.time);
      if (!isProgress || (!screen.isLive && isWorthALine(timeMs, lastLineMs))) {
        if (isProgress) lastLineMs = timeMs;
        screen.tell(eventLine(event, progress, { width: screen.tellWidth, isUnicode, paint }));
      }
      draw();
    },
    hear(news) {
      const nowMs = Date.now();
      touch = afterNews(touch, news, nowMs);
      const isNow = isLost(touch, nowMs);
      if (!screen.isLive && isNow !== isLossTold) {
        if (isNow) screen.tell(lost);
        else if (news.state === 'open') screen.tell('Connected again.');
      }
      isLossTold = isNow;
    },
    end() {
      clearInterval(timer);
      screen.clear();
    },
    seq: () => progress.seq,
  };
}
