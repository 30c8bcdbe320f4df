import type { Fault } from '../../protocol/errors.ts';

/** What is wrong with the field at `pointer` itself. */
export function faultsAt(faults: readonly Fault[], pointer: string): string[] {
  return faults.flatMap((fault) => ('pointer' in fault && fault.pointer === pointer ? [fault.detail] : []));
}

/** The faults that no field of the form shows: they are shown above it. */
export function faultsElsewhere(faults: readonly Fault[], isShown: (pointer: string) => boolean): Fault[] {
  return faults.filter((fault) => !('pointer' in fault && typeof fault.pointer === 'string' && isShown(fault.pointer)));
}

/** A fault's place in words: its pointer or its parameter. */
export function placeOf(fault: Fault): string {
  return ('pointer' in fault ? fault.pointer : fault.parameter) ?? '';
}
