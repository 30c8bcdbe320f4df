import type { Fault } from '../../protocol/errors.ts';

/** What is wrong with the field at `pointer` itself. */
export function faultsAt(faults: readonly Fault[], pointer: string): string[] {
  return faults.flatMap((fault) => ('pointer' in fault && fault.pointer === pointer ? [fault.detail] : []));
}

/** A fault's place in words: its pointer or its parameter. */
export function placeOf(fault: Fault): string {
  return ('pointer' in fault ? fault.pointer : fault.parameter) ?? '';
}
