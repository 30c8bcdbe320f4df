/** The command line is wrong or not complete: nothing has been done, and the message says what to write. */
export class UsageError extends Error {}
