import { GraphQLError, Kind, type ValueNode } from 'graphql';
import type { Json } from '../../protocol/types.ts';

/** A JSON value that is written in a document itself, which may hold variables. */
export function readJsonLiteral(node: ValueNode, variables: Record<string, unknown> | null | undefined): Json {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.ENUM:
      throw new GraphQLError(`Cannot read ${node.value} as JSON: it is a name, texts stand in quotes`, { nodes: node });
    case Kind.INT:
    case Kind.FLOAT:
      return readNumber(node);
    case Kind.LIST:
      return node.values.map((value) => readJsonLiteral(value, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, readJsonLiteral(value, variables)]));
    case Kind.VARIABLE:
      return (variables?.[node.name.value] ?? null) as Json;
    case Kind.NULL:
      return null;
  }
}

function readNumber(node: ValueNode & { value: string }): number {
  const number = Number(node.value);
  if (Number.isFinite(number)) return number;
  throw new GraphQLError(`Cannot read ${node.value} as JSON: no double can hold it`, { nodes: node });
}
