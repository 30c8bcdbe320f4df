/** The command line is wrong, or a file that it names cannot be read. The message says what it must be. */
export class UsageError extends Error {
  override name = 'UsageError';
  /** The command whose help says more; empty for the help on all. */
  readonly command: string | undefined;

  constructor(message: string, command?: string) {
    super(message);
    this.command = command;
  }
}

/** There is no service to call. The message says how to start or to name one. */
export class NoServiceError extends Error {
  override name = 'NoServiceError';
}
