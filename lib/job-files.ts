import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A job type's file: its name without the ending is the type's name. */
export interface JobFile {
  name: string;
  /** From the project's root, with slashes: `jobs/echo.ts`. */
  path: string;
}

const typeName = /^[a-z][a-z0-9-]{0,39}$/;
/** What the name of a type's dead-letter queue ends in: `lib/job-queue.ts`. */
const deadEnding = '-dead';

/**
 * The files that declare job types, by name: those of `jobs/`, and of `test/jobs/` where `testJobs` is set.
 * Folders inside are left alone: they may hold what the files share.
 */
export function findJobFiles(root: string, { testJobs }: { testJobs: boolean }): JobFile[] {
  const folders = testJobs ? ['jobs', 'test/jobs'] : ['jobs'];
  const files = folders.flatMap((folder) => filesIn(root, folder));
  for (const [index, file] of files.entries()) {
    const twin = files.slice(0, index).find(({ name }) => name === file.name);
    if (twin) throw new Error(`Cannot make a job type of ${file.path}: ${twin.path} has its name, rename one of them`);
  }
  if (files.length === 0) throw new Error(`Cannot find a job type in ${root}: jobs/ must hold at least one .ts file`);
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function filesIn(root: string, folder: string): JobFile[] {
  const directory = join(root, folder);
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile() && isJobFile(entry.name))
    .map((entry) => ({ name: parseTypeName(entry.name, folder), path: `${folder}/${entry.name}` }));
}

/** Editors leave hidden files beside the one being saved, and tests and declarations are no job types. */
function isJobFile(name: string): boolean {
  return name.endsWith('.ts') && !name.startsWith('.') && !name.endsWith('.d.ts') && !name.endsWith('.test.ts');
}

function parseTypeName(fileName: string, folder: string): string {
  const name = fileName.slice(0, -'.ts'.length);
  if (!typeName.test(name)) {
    throw new Error(
      `Cannot make a job type of ${folder}/${fileName}: its name must be 1 to 40 of a-z, 0-9 and -, and begin with a letter`,
    );
  }
  if (name.endsWith(deadEnding)) {
    throw new Error(
      `Cannot make a job type of ${folder}/${fileName}: its queue would have the name of a dead-letter queue, the name must not end in ${deadEnding}`,
    );
  }
  return name;
}
