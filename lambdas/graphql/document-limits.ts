import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { limits } from '../../protocol/limits.ts';

/** What a field with an argument costs: those of `Query` and `Mutation`, which read or write the table. */
const callCost = 10;
/** The fields of `Query` that answer a page, whose selection is worked off once for each entry. */
const pages = new Set(['jobs', 'webhooks', 'deliveries']);
/** For dozens of types: with this much all that GraphiQL asks for is allowed once. */
const schemaEntries = 10;

/** What may be asked in one document: levels, aliases and cost. The document is valid already. */
export function limitFaults(document: DocumentNode): GraphQLError[] {
  const aliases = countAliases(document);
  if (aliases > limits.maxGraphqlAliases) return [tooCostly(`${aliases} aliases`, limits.maxGraphqlAliases)];
  const measure = measurer(document);
  for (const operation of document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)) {
    const { depth, cost } = measure(operation.selectionSet);
    if (depth > limits.maxGraphqlDepth) return [tooCostly(`${depth} levels`, limits.maxGraphqlDepth)];
    if (cost > limits.maxGraphqlCost) return [tooCostly(`a cost of ${cost}`, limits.maxGraphqlCost)];
  }
  return [];
}

function tooCostly(found: string, most: number): GraphQLError {
  const message = `Cannot execute the document: it has ${found}, it must have at most ${most}`;
  return new GraphQLError(message, { extensions: { code: 'document-too-costly' } });
}

function countAliases(document: DocumentNode): number {
  let aliases = 0;
  visit(document, {
    Field({ alias }) {
      if (alias) aliases += 1;
    },
  });
  return aliases;
}

interface Measured {
  depth: number;
  cost: number;
}

type Measure = (set: SelectionSetNode | undefined) => Measured;

/** Measures a selection, each fragment once, so that fragments within fragments cost nothing to look at. */
function measurer(document: DocumentNode): Measure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const known = new Map<string, Measured>();

  function measureFragment(name: string): Measured {
    const measured = known.get(name) ?? measure(fragments.get(name)?.selectionSet);
    known.set(name, measured);
    return measured;
  }

  function measureField(field: FieldNode): Measured {
    const name = field.name.value;
    const { depth, cost } = measure(field.selectionSet);
    const own = pages.has(name) || field.arguments?.length ? callCost : 1;
    // The levels of what is asked about the schema itself are bounded by a rule of the library's.
    return { depth: name.startsWith('__') ? 1 : depth + 1, cost: own + cost * entriesOf(field) };
  }

  function measure(set: SelectionSetNode | undefined): Measured {
    const total: Measured = { depth: 0, cost: 0 };
    for (const selection of set?.selections ?? []) {
      const { depth, cost } =
        selection.kind === Kind.FIELD
          ? measureField(selection)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? measure(selection.selectionSet)
            : measureFragment(selection.name.value);
      total.depth = Math.max(total.depth, depth);
      total.cost += cost;
    }
    return total;
  }
  return measure;
}

/** How often the selection of a page is worked off; a limit that is a variable may be the largest. */
function entriesOf({ name, arguments: given = [] }: FieldNode): number {
  if (name.value === '__schema') return schemaEntries;
  if (!pages.has(name.value)) return 1;
  const limit = given.find((argument) => argument.name.value === 'limit')?.value;
  if (limit === undefined) return limits.defaultPageSize;
  const entries = limit.kind === Kind.INT ? Number(limit.value) : limits.maxPageSize;
  return Math.max(1, Math.min(limits.maxPageSize, entries));
}
