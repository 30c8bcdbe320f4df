/** How this program was called, and from which folder. */
interface Called {
  /** What to type to call it again. */
  program: string;
  /** The folder that relative paths start from. */
  folder: string;
}

/**
 * Of `npm run jobwire`, which starts it in the project's folder, the folder that npm was called in. Only then: other
 * programs that npm runs hand its variables down.
 */
export function programName(env: Record<string, string | undefined>, cwd: string): Called {
  const script = env.npm_lifecycle_event;
  if (script === 'jobwire' || script === 'listen') {
    return { program: 'npm run jobwire --', folder: env.INIT_CWD || cwd };
  }
  return { program: env.npm_command === 'exec' ? 'npx jobwire' : 'jobwire', folder: cwd };
}
