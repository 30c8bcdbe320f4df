import { CfnOutput, Duration, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, type ISource, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import { consolePolicy } from '../protocol/console-policy.ts';
import { acknowledge } from './acknowledge.ts';
import type { Stage } from './stages.ts';

interface ConsoleSiteProps {
  stage: Stage;
  /** The folder of the built console: `lib/console-build.ts`. */
  directory: string;
  /** What the console is told in `/config.json`, once the stack knows it. */
  restUrl: string;
  /** The addresses that it may talk to: the API's, its WebSocket's and the payload bucket's. */
  addresses: string[];
}

/** What is no file is a page, and all pages are one document. */
const pagesScript = `function handler(event) {
  var request = event.request;
  if (request.uri.split('/').pop().indexOf('.') < 0) request.uri = '/index.html';
  return request;
}`;

/**
 * The console: a private bucket that CloudFront alone reads, with headers that let the page do nothing but talk to its
 * API. A stack of its own within the stack: another stage has none, and it holds nothing that must be kept.
 */
export class ConsoleSite extends NestedStack {
  /** Where a browser finds it. */
  readonly url: string;

  constructor(scope: Construct, id: string, { stage, directory, restUrl, addresses }: ConsoleSiteProps) {
    super(scope, id, { description: 'The console' });
    // Names in CloudFront are the account's, whatever the region.
    const name = `${Stack.of(scope).stackName}-console-${this.region}`;
    const bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      // Every file is made again by the next deployment, and CloudFormation deletes no bucket that holds something.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    const distribution = new Distribution(this, 'Distribution', {
      comment: name,
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket, {
          originAccessControl: new S3OriginAccessControl(this, 'Access', { originAccessControlName: name }),
        }),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        compress: true,
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: this.headers(name, addresses),
        functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: this.pages(name) }],
      },
    });
    this.url = `https://${distribution.distributionDomainName}/`;
    this.put(bucket, { stage, directory, restUrl });
    acknowledge(this, reasons(this.getLogicalId(bucket.node.defaultChild as CfnBucket)));
    new CfnOutput(scope, 'ConsoleUrl', { value: this.url, description: 'Where the console is' });
  }

  private headers(name: string, addresses: string[]): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'Headers', {
      responseHeadersPolicyName: name,
      comment: 'The page talks to its API, and to nobody else',
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: consolePolicy(addresses), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains: true, override: true },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'cross-origin-opener-policy', value: 'same-origin', override: true },
          { header: 'cross-origin-resource-policy', value: 'same-origin', override: true },
          { header: 'permissions-policy', value: 'camera=(), geolocation=(), microphone=()', override: true },
        ],
      },
    });
  }

  private pages(name: string): EdgeFunction {
    return new EdgeFunction(this, 'Pages', {
      functionName: name,
      comment: 'Addresses of pages are those of the one document',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(pagesScript),
    });
  }

  /** Files whose name changes with what they hold first, then the document that names them. */
  private put(destinationBucket: Bucket, { stage, directory, restUrl }: Omit<ConsoleSiteProps, 'addresses'>): void {
    const files = Source.asset(directory);
    const logGroup = new LogGroup(this, 'Log', {
      retention: stage.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const deploy = (
      id: string,
      sources: ISource[],
      options: Partial<ConstructorParameters<typeof BucketDeployment>[2]>,
    ) =>
      new BucketDeployment(this, id, {
        destinationBucket,
        sources,
        logGroup,
        memoryLimit: 256,
        ...options,
      });
    const assets = deploy('Assets', [files], {
      exclude: ['*'],
      include: ['assets/*'],
      // A page that was opened before goes on with the files that it knows.
      prune: false,
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
    });
    const pages = deploy('Document', [files, Source.jsonData('config.json', { rest: restUrl })], {
      exclude: ['assets/*'],
      cacheControl: [CacheControl.noCache()],
    });
    pages.node.addDependency(assets);
  }
}

/** What cdk-nag would have otherwise, and why it is as it is. */
function reasons(bucketId: string): Record<string, string> {
  const files = 'It holds the files of a public page; who asked for which is of no interest';
  const tools =
    'The function is the one of the CDK that copies the files at a deployment: its role, its runtime and its settings come with the CDK';
  const wildcards = [
    ...['GetBucket', 'GetObject', 'List', 'Abort', 'DeleteObject'].map((action) => `Action::s3:${action}*`),
    'Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*',
    `Resource::<${bucketId}.Arn>/*`,
  ];
  return {
    'AwsSolutions-S1': files,
    'AwsSolutions-CFR1': 'The page is for whoever has a key, wherever they are, and shows nothing without one',
    'AwsSolutions-CFR2':
      'It serves files alone, and no request of it reaches a function; the firewall stands before the API',
    'AwsSolutions-CFR3': files,
    'AwsSolutions-CFR4': 'With the name and the certificate that are CloudFront’s own, it takes no other setting',
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]': tools,
    'AwsSolutions-L1': tools,
    'Serverless-LambdaDLQ': tools,
    'Serverless-LambdaLatestVersion': tools,
    'Serverless-LambdaTracing': tools,
    ...Object.fromEntries(wildcards.map((wildcard) => [`AwsSolutions-IAM5[${wildcard}]`, tools])),
  };
}
