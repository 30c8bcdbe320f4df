import type { Assembly } from '../assembly/read-assembly.ts';
import { startEngineThread } from '../engine-thread.ts';
import type { TableNeed } from './dynamodb-thread.ts';

/** The local DynamoDB: dynalite, with its state in memory. */
export interface DynamoDb {
  url: string;
  /** Makes the assembly's tables that are not there yet. */
  createTables(assembly: Assembly): Promise<void>;
  stop(): Promise<void>;
}

const tableTypes = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

export async function startDynamoDb(onFault: (error: Error) => void): Promise<DynamoDb> {
  const thread = await startEngineThread(new URL('./dynamodb-thread.ts', import.meta.url), onFault);
  const known = new Set<string>();
  return {
    url: `http://127.0.0.1:${thread.port}`,
    async createTables(assembly) {
      const missing = tableNeeds(assembly).filter(({ TableName }) => !known.has(TableName));
      await thread.prepare(missing);
      for (const { TableName } of missing) known.add(TableName);
    },
    stop: () => thread.stop(),
  };
}

function tableNeeds(assembly: Assembly): TableNeed[] {
  return Object.entries(assembly.resources)
    .filter(([, { type }]) => tableTypes.includes(type))
    .map(([logicalId, { properties }]) => {
      const table = assembly.resolve(properties) as Omit<TableNeed, 'TableName' | 'BillingMode'>;
      return {
        TableName: String(assembly.resolve({ Ref: logicalId })),
        AttributeDefinitions: table.AttributeDefinitions,
        KeySchema: table.KeySchema,
        BillingMode: 'PAY_PER_REQUEST',
        ...(table.GlobalSecondaryIndexes && {
          GlobalSecondaryIndexes: table.GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
            IndexName,
            KeySchema,
            Projection,
          })),
        }),
      };
    });
}
