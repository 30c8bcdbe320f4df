import { App, AssetStaging, CfnOutput } from 'aws-cdk-lib';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import type { Bundles } from './bundle.ts';
import { withEmulator } from './emulator.ts';
import { JobwireStack } from './jobwire-stack.ts';
import { givenSettings, readStage } from './read-stage.ts';
import type { Stage } from './stages.ts';

interface JobwireAppOptions {
  bundles: Bundles;
  /** The folder of the built console. @default none is hosted */
  consoleDirectory?: string;
  /** Where the cloud assembly goes. @default where the cdk command line wants it */
  outdir?: string;
  /** The stage's name, `local` too. @default the context value `stage`, or `dev` */
  stage?: string;
  /** What `-c name=value` would say. @default what the cdk command line hands over */
  context?: Record<string, unknown>;
  /** Where the emulator answers that the stage `emulator` is for. */
  emulatorUrl?: string | undefined;
}

/** The CDK app: one stack for one stage, of no region and, unless context names one, no account, so that it deploys anywhere. */
export function jobwireApp(options: JobwireAppOptions): App {
  const { bundles, consoleDirectory, outdir, stage: stageName, context, emulatorUrl } = options;
  // CDK remembers what it copied by its path alone: in a process that stays, a second build would go unseen.
  AssetStaging.clearAssetHashCache();
  const app = new App({
    ...(outdir && { outdir }),
    // What a new project of the pinned CDK begins with; here and not in cdk.json, for not only its command line comes here.
    context: { ...CURRENTLY_RECOMMENDED_FLAGS, ...context },
    analyticsReporting: false,
    treeMetadata: false,
  });
  const stage = withEmulator(readStage(contextOf(app), stageName), emulatorUrl);
  const { manifest, handlerSecrets, directoryOf } = bundles;
  const stack = new JobwireStack(app, 'Jobwire', {
    stackName: `${manifest.name}-${stage.name}`,
    description: `${manifest.name} ${manifest.version}, stage ${stage.name}: slow work behind an HTTP API as asynchronous jobs`,
    // Without a region: that is still where the credentials lead.
    ...(stage.account && { env: { account: stage.account } }),
    stage,
    manifest,
    handlerSecrets,
    directoryOf,
    consoleDirectory,
  });
  const settings = givenSettings(stage.name, contextOf(app));
  // So that `cdk diff` shows a setting that was left out by mistake, before its deployment switches it off.
  if (settings) new CfnOutput(stack, 'Settings', { value: settings, description: 'What context changes of the stage' });
  return app;
}

/** The stage that the cdk command line asks for. Throws where it cannot be had: to be called before anything is built. */
export function stageOfContext(emulatorUrl: string | undefined): Stage {
  return withEmulator(readStage(contextOf(new App({ autoSynth: false }))), emulatorUrl);
}

function contextOf(app: App): Record<string, unknown> {
  return app.node.getAllContext() as Record<string, unknown>;
}
