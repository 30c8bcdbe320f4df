import { Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnvironmentName } from '../lambdas/env.ts';
import { dataRemovalPolicy } from './removal.ts';
import type { Stage } from './stages.ts';

/** What all functions are told, by the names of `lambdas/env.ts`. None of it is secret: secrets are read by their ARN. */
export type FunctionEnvironment = Record<EnvironmentName, string>;

interface PlatformFunctionProps {
  /** The folder of the bundle in `lib/bundle.ts`, and the function's name after the stack's. */
  name: string;
  directory: string;
  memoryMb: number;
  timeoutSeconds: number;
  environment: FunctionEnvironment;
  stage: Stage;
  reservedConcurrency?: number | undefined;
}

/** One function with a log group and a role of its own: what it may do is what it is granted, and writing its log. */
export class PlatformFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: PlatformFunctionProps) {
    super(scope, id);
    const { name, directory, memoryMb, timeoutSeconds, environment, stage, reservedConcurrency } = props;
    const functionName = `${Stack.of(this).stackName}-${name}`;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: stage.logRetention,
      removalPolicy: dataRemovalPolicy(stage),
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      code: Code.fromAsset(directory),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      environment,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // START, END and REPORT of each call would cost more than the function's own lines.
      systemLogLevelV2: SystemLogLevel.WARN,
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
    });
  }
}
