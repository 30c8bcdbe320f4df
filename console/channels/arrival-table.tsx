import { type ArrivalRow, comparedChannels } from '../model/arrivals.ts';
import { formatDuration } from '../model/format.ts';
import { Clock, Empty } from '../ui/show.tsx';
import { Cell, Table } from '../ui/table.tsx';
import { channelTitles } from './latency-chart.tsx';

const maxRows = 30;

/** Event by event: which channel told of it first, and how far behind the others were. */
export function ArrivalTable({ rows }: { rows: ArrivalRow[] }) {
  if (rows.length === 0) return <Empty>No event has been heard yet.</Empty>;
  const heads = ['Seq', 'Event', ...comparedChannels.map((channel) => channelTitles[channel]), 'Written'];
  return (
    <>
      <Table caption="When each channel heard of each event" heads={heads} isGrid>
        {rows
          .slice(-maxRows)
          .toReversed()
          .map(({ seq, type, time, behindMs }) => (
            <tr key={seq}>
              <Cell head="Seq">{seq}</Cell>
              <Cell head="Event">
                <code>{type}</code>
              </Cell>
              {comparedChannels.map((channel) => (
                <Cell key={channel} head={channelTitles[channel]}>
                  {behindText(behindMs[channel])}
                </Cell>
              ))}
              <Cell head="Written">
                <Clock time={time} />
              </Cell>
            </tr>
          ))}
      </Table>
      {rows.length > maxRows && <p class="hint">The newest {maxRows} are shown.</p>}
    </>
  );
}

function behindText(ms: number | undefined) {
  if (ms === undefined) return <span class="hint">–</span>;
  return ms === 0 ? <strong class="first">first</strong> : `+${formatDuration(ms)}`;
}
