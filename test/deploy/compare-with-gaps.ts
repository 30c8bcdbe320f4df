import type { Outcome } from '../contract/run-cases.ts';

/** Cases of the contract that an emulator of AWS cannot pass, and why: it is the emulator that lacks something. */
export interface Gap {
  cases: readonly string[];
  reason: string;
}

/** What fails and is in no gap. */
export function unlisted(outcomes: readonly Outcome[], gaps: readonly Gap[]): Outcome[] {
  return outcomes.filter(({ id, result }) => result === 'failed' && !gaps.some(({ cases }) => cases.includes(id)));
}

/** What is wrong with the outcomes, or with the list of gaps; each a sentence. Nothing, where they agree. */
export function compareWithGaps(outcomes: readonly Outcome[], gaps: readonly Gap[]): string[] {
  const listed = gaps.flatMap(({ cases }) => cases);
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  const twice = listed.filter((id, index) => listed.indexOf(id) !== index);
  return [
    ...unlisted(outcomes, gaps).map(
      ({ id, level, name, note = '' }) => `${id} (${level}: ${name}) fails:\n${note.replace(/^/gm, '    ')}`,
    ),
    ...listed.flatMap((id) => faultOf(id, byId.get(id)?.result)),
    ...twice.map((id) => `${id} is listed twice: remove one from test/deploy/gaps.ts`),
  ];
}

function faultOf(id: string, result: Outcome['result'] | undefined): string[] {
  if (result === 'failed') return [];
  if (result === 'passed') return [`${id} passes now: remove it from test/deploy/gaps.ts`];
  if (result === 'skipped') return [`${id} is skipped: it cannot be a gap, remove it from test/deploy/gaps.ts`];
  return [`${id} is no case of the contract: remove it from test/deploy/gaps.ts`];
}

/** The gaps for people: each case by its id and name, below the reason. */
export function describeGaps(outcomes: readonly Outcome[], gaps: readonly Gap[]): string {
  const names = new Map(outcomes.map(({ id, name }) => [id, name]));
  return gaps
    .map(({ cases, reason }) => [reason, ...cases.map((id) => `  ${id}  ${names.get(id) ?? ''}`)].join('\n'))
    .join('\n');
}
