import { Notice } from '../ui/notice.tsx';
import { Code } from '../ui/show.tsx';

/** A secret that is shown this once. */
export function SecretNotice({ secret, overlapUntil }: { secret: string; overlapUntil?: string | undefined }) {
  return (
    <Notice kind="good" title="Keep this secret now: it is not shown again">
      <Code text={secret} what="the signing secret" />
      {overlapUntil && <p>The former one signs as well until {new Date(overlapUntil).toLocaleString()}.</p>}
    </Notice>
  );
}
