import { createHash } from 'node:crypto';
import type { TemplateResource } from './template.ts';

/** The account and region that every address of a local stack names. */
export const localAccount = '000000000000';
export const localRegion = 'us-east-1';
const partition = 'aws';
export const urlSuffix = 'amazonaws.com';

/** What CloudFormation would know of a resource once it exists. */
export interface PhysicalNames {
  ref: string;
  attribute(name: string): string | undefined;
}

interface Subject {
  logicalId: string;
  stackName: string;
  /** A property that names the resource, already resolved. */
  named(property: string): string | undefined;
}

type Describe = (subject: Subject) => { ref: string; attributes?: Record<string, string>; arn?: string };

function arn(service: string, resource: string, { account = localAccount, region = localRegion } = {}): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

const global = { region: '' };

/** An id as API Gateway makes them: ten lower-case characters, the same at every start. */
function apiId(logicalId: string): string {
  return createHash('sha256').update(logicalId).digest('hex').slice(0, 10);
}

function describeTable({ logicalId, stackName, named }: Subject) {
  const name = named('TableName') ?? `${stackName}-${logicalId}`;
  const tableArn = arn('dynamodb', `table/${name}`);
  return { ref: name, arn: tableArn, attributes: { StreamArn: `${tableArn}/stream/local`, TableId: logicalId } };
}

function describeQueue({ logicalId, stackName, named }: Subject) {
  const name = named('QueueName') ?? `${stackName}-${logicalId}`;
  const url = `https://sqs.${localRegion}.${urlSuffix}/${localAccount}/${name}`;
  return { ref: url, arn: arn('sqs', name), attributes: { QueueName: name, QueueUrl: url } };
}

function describeBucket({ logicalId, stackName, named }: Subject) {
  const name = named('BucketName') ?? `${stackName}-${logicalId}`.toLowerCase();
  return {
    ref: name,
    arn: `arn:${partition}:s3:::${name}`,
    attributes: {
      DomainName: `${name}.s3.${urlSuffix}`,
      RegionalDomainName: `${name}.s3.${localRegion}.${urlSuffix}`,
    },
  };
}

const describers: Record<string, Describe> = {
  'AWS::DynamoDB::Table': describeTable,
  'AWS::DynamoDB::GlobalTable': describeTable,
  'AWS::SQS::Queue': describeQueue,
  'AWS::S3::Bucket': describeBucket,
  'AWS::Lambda::Function': ({ logicalId, named }) => {
    const name = named('FunctionName') ?? logicalId;
    return { ref: name, arn: arn('lambda', `function:${name}`) };
  },
  'AWS::SecretsManager::Secret': ({ logicalId, named }) => {
    const secretArn = arn('secretsmanager', `secret:${named('Name') ?? logicalId}-local`);
    return { ref: secretArn, arn: secretArn, attributes: { Id: secretArn } };
  },
  'AWS::ApiGateway::RestApi': ({ logicalId }) => ({
    ref: apiId(logicalId),
    attributes: { RestApiId: apiId(logicalId), RootResourceId: `${logicalId}Root` },
  }),
  'AWS::ApiGateway::Stage': ({ logicalId, named }) => ({ ref: named('StageName') ?? logicalId }),
  'AWS::ApiGatewayV2::Api': ({ logicalId }) => ({
    ref: apiId(logicalId),
    attributes: {
      ApiId: apiId(logicalId),
      ApiEndpoint: `wss://${apiId(logicalId)}.execute-api.${localRegion}.${urlSuffix}`,
    },
  }),
  'AWS::ApiGatewayV2::Stage': ({ logicalId, named }) => ({ ref: named('StageName') ?? logicalId }),
  'AWS::IAM::Role': ({ logicalId, named }) => {
    const name = named('RoleName') ?? logicalId;
    return { ref: name, arn: arn('iam', `role/${name}`, global), attributes: { RoleId: logicalId } };
  },
  'AWS::Logs::LogGroup': ({ logicalId, named }) => {
    const name = named('LogGroupName') ?? `/local/${logicalId}`;
    return { ref: name, arn: arn('logs', `log-group:${name}:*`) };
  },
};

/** What `Ref` and `Fn::GetAtt` answer for a resource. Types without a rule of their own are known by their logical id. */
export function physicalNames(resource: TemplateResource, subject: Subject): PhysicalNames {
  const describe = describers[resource.Type];
  const { ref, arn: ownArn, attributes = {} } = describe?.(subject) ?? { ref: subject.logicalId };
  const service = resource.Type.split('::')[1]?.toLowerCase() ?? 'local';
  const known: Record<string, string> = { Arn: ownArn ?? arn(service, ref), ...attributes };
  const isOpen = describe === undefined;
  return { ref, attribute: (name) => known[name] ?? (isOpen ? `${ref}.${name}` : undefined) };
}
