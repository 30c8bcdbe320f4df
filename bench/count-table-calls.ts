import { type AskedMessage, type CountingProxy, type Send, startProxy } from './forward.ts';

/** One call of a function to the table, with what it is billed. */
export interface TableCall {
  operation: string;
  /** The sort key's first letter and the partition's: which kind of item. */
  item: string;
  writeUnits: number;
  readUnits: number;
  startMs: number;
  endMs: number;
}

type Item = Record<string, unknown>;

interface Capacity {
  CapacityUnits?: number;
}

const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/** A proxy in front of the table's engine that counts units as DynamoDB bills them: `onCall` hears of each call. */
export function countTableCalls(target: string, onCall: (call: TableCall) => void): Promise<CountingProxy> {
  const indexes = new Map<string, Promise<string[][]>>();
  return startProxy(target, async (message, send) => {
    const operation = String(message.headers['x-amz-target']).split('.')[1] ?? '';
    if (!writes.has(operation) && !['GetItem', 'Query', 'BatchGetItem', 'BatchWriteItem', 'Scan'].includes(operation)) {
      return send(message);
    }
    const input = JSON.parse(message.body.toString()) as Item & { TableName: string; Key?: Item; Item?: Item };
    const ask = asker(message, send);
    const keys = writes.has(operation) ? await keysOf(input.TableName) : [];
    const key = input.Key ?? (input.Item && { pk: input.Item.pk, sk: input.Item.sk });
    const before = writes.has(operation) ? await itemAt(ask, input.TableName, key) : undefined;
    const startMs = performance.now();
    const answer = await send({
      ...message,
      body: Buffer.from(JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' })),
    });
    const endMs = performance.now();
    const after = writes.has(operation) ? await itemAt(ask, input.TableName, key) : undefined;
    const consumed = [
      (JSON.parse(answer.body.toString()) as { ConsumedCapacity?: Capacity | Capacity[] }).ConsumedCapacity ?? [],
    ].flat();
    const units = consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    const isWrite = writes.has(operation) || operation === 'BatchWriteItem';
    // A write whose condition fails is billed as if it had been made; its answer names no capacity.
    const base = isWrite && answer.status !== 200 ? sizeUnits(before) : units;
    const ofIndexes =
      answer.status === 200 ? keys.reduce((sum, names) => sum + indexUnits(names, before, after), 0) : 0;
    onCall({
      operation,
      item: kindOf(key ?? input),
      writeUnits: isWrite ? base + ofIndexes : 0,
      // An answer that holds nothing is billed as one that holds a little.
      readUnits: isWrite ? 0 : Math.max(base, input.ConsistentRead ? 1 : 0.5),
      startMs,
      endMs,
    });
    return answer;

    function keysOf(table: string): Promise<string[][]> {
      const known = indexes.get(table) ?? indexKeys(ask, table);
      indexes.set(table, known);
      return known;
    }
  });
}

type Ask = (operation: string, input: object) => Promise<Record<string, unknown>>;

function asker(message: AskedMessage, send: Send): Ask {
  return async (operation, input) => {
    const headers = { ...message.headers, 'x-amz-target': `DynamoDB_20120810.${operation}` };
    const { body } = await send({ ...message, headers, body: Buffer.from(JSON.stringify(input)) });
    return JSON.parse(body.toString());
  };
}

/** The key attributes of each index. */
async function indexKeys(ask: Ask, table: string): Promise<string[][]> {
  const { Table } = (await ask('DescribeTable', { TableName: table })) as {
    Table: { GlobalSecondaryIndexes?: { KeySchema: { AttributeName: string }[] }[] };
  };
  return (Table.GlobalSecondaryIndexes ?? []).map(({ KeySchema }) =>
    KeySchema.map(({ AttributeName }) => AttributeName),
  );
}

async function itemAt(ask: Ask, table: string, key: Item | undefined): Promise<Item | undefined> {
  const { Item } = await ask('GetItem', { TableName: table, Key: key, ConsistentRead: true });
  return Item as Item | undefined;
}

/** What a write costs in an index of keys alone: one for an entry that comes or goes, two for one that moves. */
function indexUnits(names: string[], before: Item | undefined, after: Item | undefined): number {
  const entry = (item: Item | undefined) =>
    item && names.every((name) => name in item) ? JSON.stringify(names.map((name) => item[name])) : undefined;
  const [old, current] = [entry(before), entry(after)];
  if (old === current) return 0;
  return (old === undefined ? 0 : 1) + (current === undefined ? 0 : 1);
}

function sizeUnits(item: Item | undefined): number {
  return Math.max(1, Math.ceil(JSON.stringify(item ?? {}).length / 1024));
}

/** Such as `J B` for a job's HEAD, `R` for a rate counter. */
function kindOf(input: Item): string {
  const texts = [...JSON.stringify(input).matchAll(/"S":"([A-Z])(?:#|")/g)].map(([, letter]) => letter);
  return texts.slice(0, 2).join(' ') || 'index';
}
