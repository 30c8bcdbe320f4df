import type { Stage } from './stages.ts';

const awsHost = /(^|\.)(amazonaws\.[a-z.]+|aws|amazon\.com)$/;

/**
 * `stage` with the emulator's address, where it is the one for emulators. It takes what AWS_ENDPOINT_URL says, which is
 * also where the CDK command line deploys to: so a stack that reaches loopback addresses cannot come to an account.
 */
export function withEmulator(stage: Stage, endpoint: string | undefined): Stage {
  if (stage.name !== 'emulator') return stage;
  const url = endpoint !== undefined && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !awsHost.test(url.hostname))
    return { ...stage, emulatorUrl: url.origin };
  throw new Error(
    `Cannot deploy the stage "emulator" to ${endpoint ?? 'an account'}: it is for emulators of AWS, AWS_ENDPOINT_URL must be the address of one, as in \`AWS_ENDPOINT_URL=http://localhost:4566 npm run deploy:local\``,
  );
}
