import type { Call, OptionSpecs, OptionValues } from './command.ts';
import { commands } from './commands.ts';
import { connectLazily } from './connect-lazily.ts';
import { exitCode } from './exit-codes.ts';
import { explainError } from './explain-error.ts';
import { helpOnAll, helpOnCommand } from './help-text.ts';
import { catchInterrupts, type Interrupts } from './interrupts.ts';
import { parseCommand } from './parse-command.ts';
import { tellError } from './tell-error.ts';
import { type Output, Screen } from './terminal/screen.ts';
import { version } from './version.ts';

/** What a command line meets: the real process, or what a test makes of it. */
export interface World {
  env: Record<string, string | undefined>;
  /** The folder that relative paths start from. */
  folder: string;
  /** How this program is called, such as `npx jobwire`. */
  program: string;
  stdin: NodeJS.ReadableStream;
  stdout: Output;
  stderr: Output;
  /** Calls `listener` at each Ctrl-C until the function that it returns is called. */
  onInterrupt(listener: () => void): () => void;
}

/** Does what `args` say, and answers with the exit code. Never throws. */
export async function runCommandLine(args: readonly string[], world: World): Promise<number> {
  const screen = new Screen(world);
  const interrupts = catchInterrupts(world);
  try {
    const done = runCommand(args, { world, screen, interrupts });
    return await Promise.race([done, interrupts.end.then(() => exitCode('interrupted'))]);
  } finally {
    screen.clear();
    interrupts.close();
  }
}

interface Surroundings {
  world: World;
  screen: Screen;
  interrupts: Interrupts;
}

async function runCommand(args: readonly string[], { world, screen, interrupts }: Surroundings): Promise<number> {
  const service = connectLazily();
  // The command line itself may be what is wrong: then nobody has said yet who reads.
  let isJson = args.includes('--json');
  let running: string | undefined;
  try {
    const asked = parseCommand(args, commands);
    if (asked.to !== 'run') {
      screen.print(asked.to === 'version' ? version : helpOn(asked.name, world.program, screen));
      return exitCode('done');
    }
    const { words, values, command } = asked;
    const { url, key, json } = values as OptionValues<OptionSpecs> & { url?: string; key?: string; json?: boolean };
    const { env, folder, program, stdin } = world;
    isJson = json === true;
    running = command.name;
    const call: Call = {
      ...{ words, values, isJson, screen, folder, stdin, program },
      service: () => service.get({ url, key, env, folder }),
      onInterrupt: interrupts.take,
    };
    return await command.run(call);
  } catch (error) {
    screen.clear();
    const explanation = explainError(error, { service: service.found(), program: world.program, command: running });
    tellError(explanation, { screen, isJson });
    return explanation.exitCode;
  } finally {
    service.found()?.client.close();
  }
}

function helpOn(name: string, program: string, screen: Screen): string {
  const options = { program, paint: screen.paint };
  const command = commands.find((each) => each.name === name);
  return command ? helpOnCommand(command, options) : helpOnAll(commands, name, options);
}
