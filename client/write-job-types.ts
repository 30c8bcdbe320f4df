#!/usr/bin/env node
// `jobwire-types <url>`: prints the types of a service's job types, for programs in other repositories.
import { createClient } from './create-client.ts';
import { jobTypesText } from './job-types-text.ts';

const [url] = process.argv.slice(2);
const credential = process.env.JOBWIRE_KEY;

if (url === undefined || url.startsWith('-') || credential === undefined) {
  console.error(
    'Usage: JOBWIRE_KEY=<API key> jobwire-types <REST address, such as https://api.example.com/v1> > job-types.ts',
  );
  process.exitCode = 2;
} else {
  try {
    process.stdout.write(jobTypesText(await createClient({ url, credential }).types(), url));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
