import { defaultFieldResolver, type GraphQLFieldResolver } from 'graphql';
import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { Call } from './call.ts';

type Resolver = GraphQLFieldResolver<unknown, Call>;

/** What an answer keeps free for all that is always told, and small: ids, states, addresses. */
const reservedBytes = 512 * 1024;

/** What payloads may still take of one answer. */
export interface Room {
  leftBytes: number;
}

export const newRoom = (): Room => ({ leftBytes: limits.maxBatchBytes - reservedBytes });

/** The bytes of a value as it travels. Lambda hands an answer on as a text within JSON: its quotes count twice. */
export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(JSON.stringify(value) ?? ''));

/**
 * A field that shows a payload while the answer has room for it, else null with an error. So what a mutation has done is
 * told in any case: an answer that the platform did not take would tell of none.
 */
export function withinRoom(resolve: Resolver = defaultFieldResolver): Resolver {
  return (source, args, call, info) => {
    const value = resolve(source, args, call, info);
    const bytes = bytesOf({ [info.path.key]: value });
    if (bytes > call.room.leftBytes) {
      const detail = `Cannot show ${info.fieldName}: the answer would have over ${limits.maxBatchBytes} bytes, ask for it apart`;
      throw new ApiError('document-too-costly', detail);
    }
    call.room.leftBytes -= bytes;
    return value;
  };
}
