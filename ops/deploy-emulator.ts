import { devNull } from 'node:os';

/** An emulator of AWS that answers. */
export interface Emulator {
  /** Without a slash at its end, such as http://localhost:4566. */
  url: string;
  name: 'MiniStack' | 'LocalStack';
}

const awsHost = /(^|\.)(amazonaws\.[a-z.]+|aws|amazon\.com)$/;
const example = 'AWS_ENDPOINT_URL=http://localhost:4566 npm run deploy:local';
const patienceMs = 5_000;

/** The emulator's address as AWS_ENDPOINT_URL has it. Throws, saying what to write, where it is none, and where it is AWS's own. */
export function readEndpoint(text: string | undefined): string {
  if (!text) {
    throw new Error(
      `Cannot deploy: AWS_ENDPOINT_URL is not set, it must say where the emulator is, as in \`${example}\``,
    );
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username) {
    throw new Error(
      `Cannot deploy to AWS_ENDPOINT_URL ${text}: it is no address of an emulator, it must be like http://localhost:4566`,
    );
  }
  if (awsHost.test(url.hostname)) {
    throw new Error(
      `Cannot deploy to AWS_ENDPOINT_URL ${text}: this is AWS itself, deploy:local is for emulators; for an account: \`npx cdk deploy --context stage=dev\``,
    );
  }
  return url.origin;
}

/** Asks the emulator at `url` what it is. Throws where nothing answers, or something else does. */
export async function findEmulator(url: string): Promise<Emulator> {
  for (const [name, path] of [
    ['MiniStack', '/_ministack/health'],
    ['LocalStack', '/_localstack/health'],
  ] as const) {
    const { ok, text } = await ask(url, path);
    if (ok && text.includes('"services"')) return { url, name };
  }
  throw new Error(
    `Cannot deploy to AWS_ENDPOINT_URL ${url}: what answers there is no emulator of AWS, it must be MiniStack or LocalStack`,
  );
}

async function ask(url: string, path: string): Promise<{ ok: boolean; text: string }> {
  try {
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(patienceMs) });
    return { ok: response.ok, text: await response.text() };
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? (cause as Error & { code?: string }).code || cause.message : message;
    throw new Error(
      `Cannot deploy to AWS_ENDPOINT_URL ${url}: nothing answers there (${reason}), start the emulator first; docs/deploy.md says how`,
    );
  }
}

/**
 * The variables for everything that speaks to the emulator: with credentials that open nothing else. Those of this
 * machine stay here, and so do addresses that it has for single services.
 */
export function emulatorVariables(
  url: string,
  env: Record<string, string | undefined>,
): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !/^AWS_/.test(name));
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1';
  return {
    ...Object.fromEntries(kept),
    AWS_ENDPOINT_URL: url,
    // With an address of its own, S3 is asked by path, as an emulator without names for buckets wants it.
    AWS_ENDPOINT_URL_S3: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** The account that emulators answer those credentials with. */
export const emulatorAccount = '000000000000';
