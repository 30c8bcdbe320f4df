import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Stage } from './stages.ts';

/** The sparse indexes, with the attributes of their keys. They repeat keys only: a job is read where it stands. */
export const indexKeys = {
  'jobs-by-tenant': { partition: 'lp', sort: 'ls' },
  'dead-letters': { partition: 'dp', sort: 'ds' },
  due: { partition: 'up', sort: 'us' },
  deliveries: { partition: 'vp', sort: 'vs' },
} as const;

export type IndexName = keyof typeof indexKeys;
export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'BatchWriteItem';

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** The one table: jobs, their logs, keys, counters and connections. On demand, for it must cost nothing while idle. */
export class JobTable extends Construct {
  readonly tableName: string;
  private readonly tableArn: string;

  constructor(scope: Construct, id: string, { stage, key }: { stage: Stage; key: IKey | undefined }) {
    super(scope, id);
    const table = new Table(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...(key && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: stage.keepsData },
      // What is protected cannot be taken back after a failed first deployment, and has no name that would be in the way.
      deletionProtection: stage.keepsData,
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    for (const [indexName, { partition, sort }] of Object.entries(indexKeys)) {
      table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: text(partition),
        sortKey: text(sort),
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    if (!stage.keepsData) acknowledge(table, { 'AwsSolutions-DDB3': 'The data of this stage go with the stack' });
    this.tableName = table.tableName;
    this.tableArn = table.tableArn;
  }

  /** Lets `grantee` do `actions` on the table itself, and no more than a query on `indexes`. */
  grant(grantee: IGrantable, actions: readonly TableAction[], indexes: readonly IndexName[]): void {
    grantActions(grantee, actions, [this.tableArn]);
    grantActions(
      grantee,
      ['Query'],
      indexes.map((index) => `${this.tableArn}/index/${index}`),
    );
  }
}

function grantActions(grantee: IGrantable, actions: readonly TableAction[], resourceArns: string[]): void {
  if (actions.length === 0 || resourceArns.length === 0) return;
  Grant.addToPrincipal({ grantee, actions: actions.map((action) => `dynamodb:${action}`), resourceArns });
}
