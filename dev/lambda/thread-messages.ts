import type { InvokeError, StreamMetadata } from './invoke.ts';

/** What a thread is started with. */
export interface ThreadData {
  /** Folder of the function's code. */
  directory: string;
  /** `file.export`, as in the template. */
  handler: string;
  functionName: string;
  functionArn: string;
  memoryMb: number;
}

/** To the thread. */
export type ThreadRequest =
  | { kind: 'invoke'; requestId: string; event: string; deadlineMs: number; isStreaming: boolean }
  /** The reader has taken this many bytes: that much more may be written. */
  | { kind: 'taken'; bytes: number };

/** From the thread. One call is under way at a time, so nothing but the first message needs to name it. */
export type ThreadReply =
  | { kind: 'ready' }
  | { kind: 'init-failed'; error: InvokeError }
  | { kind: 'answer'; payload: string | undefined }
  | { kind: 'failed'; error: InvokeError }
  | { kind: 'prelude'; metadata: StreamMetadata }
  | { kind: 'chunk'; bytes: Uint8Array<ArrayBuffer> }
  /** The stream has ended and the handler has returned. */
  | { kind: 'ended' };
