// A temporary folder of the run's own: whatever its tests leave there goes with it, also where they fail.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'jobwire-tests-';

/** Before any worker starts, for workers and what they start have it from here. Undefined where the run has its folder. */
export default function setup(): (() => void) | undefined {
  if (tmpdir().includes(prefix)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), prefix));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
