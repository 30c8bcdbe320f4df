import type { InvokeError, StreamMetadata } from './invoke.ts';

/** What an environment's process is told to run, in its argument. */
export interface EnvironmentTask {
  /** Folder of the function's code. */
  directory: string;
  /** `file.export`, as in the template. */
  handler: string;
  functionName: string;
  functionArn: string;
  memoryMb: number;
}

/** To the process. */
export type EnvironmentRequest =
  | { kind: 'invoke'; requestId: string; event: string; deadlineMs: number; isStreaming: boolean }
  /** The reader has taken this many bytes: that much more may be written. */
  | { kind: 'taken'; bytes: number };

/** From the process. One call is under way at a time, so no message needs to name it. */
export type EnvironmentReply =
  | { kind: 'ready' }
  /** Why the process is about to end. */
  | { kind: 'crashed'; error: InvokeError }
  | { kind: 'answer'; payload: string | undefined }
  | { kind: 'failed'; error: InvokeError }
  | { kind: 'prelude'; metadata: StreamMetadata }
  | { kind: 'chunk'; bytes: Uint8Array }
  /** The stream has ended and the handler has returned. */
  | { kind: 'ended' };

/** What is said of a call. */
export type CallReply = Exclude<EnvironmentReply, { kind: 'ready' | 'crashed' }>;
