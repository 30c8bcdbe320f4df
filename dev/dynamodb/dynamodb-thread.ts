// The thread of dynalite. Tables are made through its own wire protocol, as any client would.
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import type { EngineReply } from '../engine-thread.ts';

/** A table as CreateTable takes it. */
export interface TableNeed {
  TableName: string;
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  KeySchema: { AttributeName: string; KeyType: string }[];
  BillingMode: 'PAY_PER_REQUEST';
  GlobalSecondaryIndexes?: { IndexName: string; KeySchema: unknown; Projection: unknown }[];
}

/** Clients keep connections for reuse; one that is closed under a request would fail it. */
const keepAliveMs = 600_000;

const dynalite: (options: object) => Server = createRequire(import.meta.url)('dynalite');
const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
server.keepAliveTimeout = keepAliveMs;
server.listen(0, '127.0.0.1', () => reply({ kind: 'listening', port: port() }));

parentPort?.on('message', (tables: TableNeed[]) => {
  Promise.all(tables.map(createTable)).then(
    () => reply({ kind: 'prepared' }),
    (error: Error) => reply({ kind: 'failed', message: error.message }),
  );
});

async function createTable(table: TableNeed): Promise<void> {
  await call('CreateTable', table);
  for (;;) {
    const { Table } = (await call('DescribeTable', { TableName: table.TableName })) as {
      Table: { TableStatus: string };
    };
    if (Table.TableStatus === 'ACTIVE') return;
    await delay(5);
  }
}

async function call(operation: string, input: object): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port()}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      // It looks for these parts and checks none of them.
      'x-amz-date': '20260101T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local',
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot do ${operation} in the local DynamoDB: it answered ${text}`);
  return JSON.parse(text);
}

function port(): number {
  return (server.address() as AddressInfo).port;
}

function reply(message: EngineReply): void {
  parentPort?.postMessage(message);
}
