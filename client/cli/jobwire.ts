#!/usr/bin/env node
// The command `jobwire`: `npm run jobwire -- --help` says what it does.
import process from 'node:process';
import { exitCode } from './exit-codes.ts';
import { programName } from './program-name.ts';
import { runCommandLine } from './run-command-line.ts';

const { env, stdin, stdout, stderr } = process;
const { program, folder } = programName(env, process.cwd());

// `jobwire list | head`: whoever read has left.
// A pipe says EPIPE; a socket whose reader left some of it unread, ECONNRESET.
const hasLeft = ({ code }: NodeJS.ErrnoException) => code === 'EPIPE' || code === 'ECONNRESET';
stdout.on('error', (error) => process.exit(exitCode(hasLeft(error) ? 'unread' : 'bug')));
// Nobody is told any more, and the work goes on.
stderr.on('error', () => undefined);

const code = await runCommandLine(process.argv.slice(2), {
  env,
  folder,
  program,
  stdin,
  stdout,
  stderr,
  onInterrupt(listener) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, listener);
    return () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, listener);
    };
  },
});

// A request that nobody waits for any more must not keep the program, nor its end cut the output short.
await Promise.all([stdout, stderr].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve()))));
process.exit(code);
