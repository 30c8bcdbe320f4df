/** What the exit code of `jobwire` says, for scripts. `--help` shows this table. */
export const exitCodes = {
  done: { code: 0, meaning: 'done; a job that was watched has succeeded' },
  jobFailed: { code: 1, meaning: 'the job that was watched failed, was canceled or timed out' },
  usage: { code: 2, meaning: 'the command line is wrong, or a file that it names cannot be read' },
  refused: { code: 3, meaning: 'the service refused (4xx): what was asked for must change' },
  unreachable: { code: 4, meaning: 'no service was found, or it does not answer' },
  fault: { code: 5, meaning: 'the service failed on its side (5xx): the same may succeed later' },
  bug: { code: 70, meaning: 'a fault of this program' },
  interrupted: { code: 130, meaning: 'ended by Ctrl-C; a job that was watched goes on' },
  unread: { code: 141, meaning: 'whoever read the output has left' },
} as const;

/** The code by its name. */
export function exitCode(name: keyof typeof exitCodes): number {
  return exitCodes[name].code;
}
