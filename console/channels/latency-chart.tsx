import { type Arrival, type ChannelSummary, type ComparedChannel, delayOf, delayPosition } from '../model/arrivals.ts';
import { formatDuration } from '../model/format.ts';
import type { ChannelState } from './use-comparison.ts';

/** What each channel is called on the page. */
export const channelTitles: Record<ComparedChannel, string> = {
  polling: 'Polling',
  'long-poll': 'Long poll',
  sse: 'SSE',
  websocket: 'WebSocket',
  graphql: 'GraphQL',
};

const stateWords: Record<ChannelState, string> = {
  opening: 'opening…',
  open: 'open',
  closed: 'at the end',
  failed: 'failed',
};

const ticks = [10, 100, 1000, 10_000];

interface LatencyChartProps {
  arrivals: readonly Arrival[];
  summaries: ChannelSummary[];
  states: Record<ComparedChannel, ChannelState>;
}

/** Each channel a line, each event a dot on it: the further right, the later it was heard. The table below says the same. */
export function LatencyChart({ arrivals, summaries, states }: LatencyChartProps) {
  return (
    <div class="latency">
      {summaries.map(({ channel, heard, medianMs }) => (
        <div class={`latency-row latency-${channel}`} key={channel}>
          <div class="latency-name">
            <strong>{channelTitles[channel]}</strong>
            <span class="hint">{stateWords[states[channel]]}</span>
          </div>
          <div class="latency-track" aria-hidden="true">
            {ticks.map((tick) => (
              <span key={tick} class="latency-tick" style={{ left: place(tick) }} />
            ))}
            {arrivals
              .filter((arrival) => arrival.channel === channel)
              .map((arrival) => (
                <span key={arrival.seq} class="latency-dot" style={{ left: place(delayOf(arrival)) }} />
              ))}
            {medianMs !== undefined && <span class="latency-median" style={{ left: place(medianMs) }} />}
          </div>
          <div class="latency-figures">
            <strong>{medianMs === undefined ? '–' : formatDuration(medianMs)}</strong>
            <span class="hint">{heard} heard</span>
          </div>
        </div>
      ))}
      <div class="latency-row latency-axis" aria-hidden="true">
        <div />
        <div class="latency-track">
          {ticks.map((tick) => (
            <span key={tick} class="latency-label" style={{ left: place(tick) }}>
              {formatDuration(tick)}
            </span>
          ))}
        </div>
        <div />
      </div>
    </div>
  );
}

const place = (delayMs: number) => `${(delayPosition(delayMs) * 100).toFixed(2)}%`;
