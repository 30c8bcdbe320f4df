import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  ApplicationLogLevel,
  Architecture,
  type CfnFunction,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnvironmentName } from '../lambdas/env.ts';
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts';
import { FunctionRole } from './function-role.ts';
import { dataRemovalPolicy } from './removal.ts';
import type { Stage } from './stages.ts';

/** What all functions are told, by the names of `lambdas/env.ts`. None of it is secret: secrets are read by their ARN. */
export type FunctionEnvironment = Record<EnvironmentName, string>;

/**
 * Threads of Node, half of which may look up names ("UV_THREADPOOL_SIZE", Node's documentation). A silent name server
 * holds one for many seconds, and the names are tenants' own: of the usual four, two such names would stop the
 * deliveries of all others in the same batch.
 */
const threads = '64';

interface PlatformFunctionProps {
  /** The folder of the bundle in `lib/bundle.ts`, and the function's name after the stack's. */
  name: string;
  directory: string;
  memoryMb: number;
  timeoutSeconds: number;
  environment: FunctionEnvironment;
  stage: Stage;
  key: IKey | undefined;
  reservedConcurrency?: number | undefined;
}

/** One function with a log group and a role of its own: what it may do is what it is granted, and writing its log. */
export class PlatformFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: PlatformFunctionProps) {
    super(scope, id);
    const { name, directory, memoryMb, timeoutSeconds, environment, stage, key, reservedConcurrency } = props;
    const functionName = `${Stack.of(this).stackName}-${name}`;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: stage.logRetention,
      removalPolicy: dataRemovalPolicy(stage),
      ...(key && { encryptionKey: key }),
    });
    const role = new FunctionRole(this, 'Role');
    if (stage.vpc) letJoinNetwork(role, functionName);
    logGroup.grantWrite(role);
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      code: Code.fromAsset(directory),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      environment: { ...environment, UV_THREADPOOL_SIZE: threads },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // LOG_LEVEL decides what is logged. Lambda would take lines of metrics, which have no level, for `info`.
      applicationLogLevelV2: ApplicationLogLevel.DEBUG,
      // START, END and REPORT of each call would cost more than the function's own lines.
      systemLogLevelV2: SystemLogLevel.WARN,
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
    });
    if (stage.vpc) (this.function.node.defaultChild as CfnFunction).vpcConfig = stage.vpc;
    acknowledge(this, {
      'Serverless-LambdaDLQ':
        'API Gateway and queues call it, whose messages have dead-letter queues; the rule of each minute calls again',
      'Serverless-LambdaTracing':
        'Requests are followed by traceparent through the logs; X-Ray would cost its price and start-up time',
      'Serverless-LambdaEventSourceMappingDestination':
        'Event sources of SQS know no such destination: the queue has its dead-letter queue',
    });
  }
}

const networkActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** What Lambda needs to place a function in a VPC, and its code must not use ("Giving Lambda functions access to resources in an Amazon VPC"). */
function letJoinNetwork(role: Role, functionName: string): void {
  const resources = ['*'];
  const own = Stack.of(role).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  role.addToPolicy(new PolicyStatement({ actions: networkActions, resources }));
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: networkActions,
      resources,
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': own } },
    }),
  );
  const reason = 'Network interfaces are made by Lambda, and have no names before';
  acknowledgeWildcards(role, resources, reason);
  acknowledge(role, { 'Serverless-LambdaStarPermissions': reason });
}
