// The CDK app: `cdk synth`, `cdk deploy` and the like run it, as cdk.json says. Needs no account and no network.
import { join } from 'node:path';
import { createBundler } from '../lib/bundle.ts';
import { buildConsole } from '../lib/console-build.ts';
import { jobwireApp, stageOfContext } from '../lib/jobwire-app.ts';

const root = join(import.meta.dirname, '..');
const emulatorUrl = process.env.AWS_ENDPOINT_URL;
const bundler = createBundler({
  root,
  directory: join(root, 'build/functions'),
  testJobs: process.env.JOBWIRE_TEST_JOBS === '1',
});
try {
  const { hostsConsole } = stageOfContext(emulatorUrl);
  const [bundles, consoleDirectory] = await Promise.all([bundler.bundle(), hostsConsole && buildConsole(root)]);
  jobwireApp({ bundles, ...(consoleDirectory && { consoleDirectory }), emulatorUrl }).synth();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await bundler.stop();
}
