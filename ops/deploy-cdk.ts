import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { emulatorAccount } from './deploy-emulator.ts';

/** What a stack puts out, as `cdk deploy --outputs-file` writes it. */
export interface Outputs {
  stackName: string;
  rest: string;
  live: string;
  tableName: string;
}

interface CdkOptions {
  /** The process's variables, with the emulator's address in AWS_ENDPOINT_URL. */
  env: Record<string, string | undefined>;
  /** `name=value`, beside the stage. */
  context?: string[];
}

const root = join(import.meta.dirname, '..');
const command = join(root, 'node_modules/aws-cdk/bin/cdk');
const lastLines = 15;

/** Has the CDK command line prepare the emulator for deployments, unless it has done so before. */
export async function bootstrap({ env }: CdkOptions): Promise<void> {
  // The assets' bucket is the part of a bootstrapped account whose name is fixed and which can be seen without a client.
  const bucket = `${env.AWS_ENDPOINT_URL}/cdk-hnb659fds-assets-${emulatorAccount}-${env.AWS_REGION}`;
  const { ok } = await fetch(bucket, { method: 'HEAD' });
  if (!ok) await cdk(['bootstrap', `aws://${emulatorAccount}/${env.AWS_REGION}`], env);
}

/** Has the CDK command line deploy the stage `emulator`, in one go and without asking. */
export async function deploy({ env, context = [] }: CdkOptions): Promise<Outputs> {
  const directory = mkdtempSync(join(tmpdir(), 'jobwire-deploy-'));
  const outputs = join(directory, 'outputs.json');
  try {
    await cdk(
      [
        ...['deploy', '--method=direct', '--require-approval=never'],
        ...['stage=emulator', ...context].map((value) => `--context=${value}`),
        `--output=${join(directory, 'cdk.out')}`,
        `--outputs-file=${outputs}`,
      ],
      env,
    );
    return readOutputs(readFileSync(outputs, 'utf8'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function cdk(args: string[], env: CdkOptions['env']): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [command, ...args], { cwd: root, env, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`Cannot go on: cdk ${args[0]} has failed\n${whyItFailed(`${stdout}${stderr}`.trim() || message)}`);
  }
}

/** Of hundreds of lines of progress, the last ones that tell more than that things go on. */
export function whyItFailed(said: string): string {
  const lines = said.split('\n').filter((line) => !/_IN_PROGRESS|_COMPLETE |: success: |: start: /.test(line));
  return lines.slice(-lastLines).join('\n');
}

/** The addresses out of the file that `--outputs-file` names; throws where the stack has put out something else. */
export function readOutputs(text: string): Outputs {
  const stacks = Object.entries(JSON.parse(text) as Record<string, Record<string, string>>);
  for (const [stackName, { RestUrl: rest, LiveUrl: live, TableName: tableName }] of stacks) {
    if (rest && live && tableName) return { stackName, rest, live, tableName };
  }
  throw new Error(
    `Cannot tell where the stack answers: of ${stacks.map(([name]) => name).join(', ') || 'no stack'} none puts out RestUrl, LiveUrl and TableName`,
  );
}
