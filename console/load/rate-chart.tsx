import type { RateBucket } from '../model/rates.ts';

const series = [
  ['accepted', 'came in'],
  ['succeeded', 'succeeded'],
  ['unsuccessful', 'ended without success'],
] as const;

/** Minute by minute, the newest at the right: what came in beside what ended. */
export function RateChart({ buckets }: { buckets: RateBucket[] }) {
  const most = Math.max(1, ...buckets.flatMap((bucket) => series.map(([name]) => bucket[name])));
  const last = buckets.at(-2);
  const sum = (name: (typeof series)[number][0]) => buckets.reduce((total, bucket) => total + bucket[name], 0);
  const words = series.map(([name, title]) => `${sum(name)} ${title}`).join(', ');
  return (
    <figure class="rates">
      <div class="rates-bars" role="img" aria-label={`In the last ${buckets.length} minutes ${words}.`}>
        {buckets.map((bucket) => (
          <div key={bucket.startMs} class="rates-minute">
            {series.map(([name]) => (
              <span key={name} class={`rates-bar rates-${name}`} style={{ height: heightOf(bucket[name], most) }} />
            ))}
          </div>
        ))}
      </div>
      <div class="rates-axis hint" aria-hidden="true">
        <span>{buckets.length} min ago</span>
        <span>most in a minute: {most}</span>
        <span>now</span>
      </div>
      <figcaption class="rates-legend">
        {series.map(([name, title]) => (
          <span key={name}>
            <i class={`rates-key rates-${name}`} /> {title}: {last?.[name] ?? 0} in the last full minute
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

const heightOf = (count: number, most: number) => `${count === 0 ? 0 : Math.max(2, (100 * count) / most)}%`;
