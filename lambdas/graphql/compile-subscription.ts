import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { limits } from '../../protocol/limits.ts';
import { isSelectable, packSelection, type SelectedField } from '../core/event-selection.ts';
import type { CompiledSubscription } from '../core/graphql-question.ts';
import { schema } from './schema.ts';

interface Subscribing {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown>;
}

/** Compiles a valid subscription: the one field `jobEvents`, whose type is flat, so that its selection is a list. */
export function compileSubscription({
  document,
  operation,
  variables,
}: Subscribing): CompiledSubscription | GraphQLError {
  const flatten = flattener(document, variables);
  // Several where fragments name the field, too: validation has seen to it that they mean the same.
  const roots = flatten(operation.selectionSet);
  const [root] = roots;
  const field = schema.getSubscriptionType()?.getFields()[root?.name.value ?? ''];
  if (!root || !field) return new GraphQLError('Cannot subscribe: the document leaves out its only field');
  const args = readArguments(() => getArgumentValues(field, root, variables));
  if (args instanceof GraphQLError) return args;
  const fields = unique(roots.flatMap(({ selectionSet }) => flatten(selectionSet)).flatMap(selected));
  if (fields.filter(({ field: name }) => name === 'data').length > 1)
    return new GraphQLError('Cannot subscribe: `data` is selected under several names, it must be under one');
  const selection = packSelection({ name: responseName(root), fields });
  if (selection.length > limits.maxGraphqlSelectionBytes) {
    const detail = `Cannot subscribe: the names that the fields are to have are too long, by ${selection.length - limits.maxGraphqlSelectionBytes} bytes`;
    return new GraphQLError(detail, { nodes: root, extensions: { code: 'document-too-costly' } });
  }
  return { job: String(args.id), after: typeof args.after === 'number' ? args.after : 0, selection };
}

function readArguments(read: () => Record<string, unknown>): Record<string, unknown> | GraphQLError {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof GraphQLError) return thrown;
    throw thrown;
  }
}

const responseName = ({ alias, name }: FieldNode) => (alias ?? name).value;

function selected(node: FieldNode): SelectedField[] {
  const field = node.name.value;
  return isSelectable(field) ? [{ name: responseName(node), field }] : [];
}

/** A name stands once; validation has seen to it that it means the same wherever it stands. */
function unique(fields: SelectedField[]): SelectedField[] {
  return [...new Map(fields.map((field) => [field.name, field])).values()];
}

/** The fields of a selection with its fragments written out, without those that `@skip` and `@include` leave out. */
function flattener(document: DocumentNode, variables: Record<string, unknown>) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);

  function isLeftOut(node: SelectionNode): boolean {
    if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return true;
    return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if === false;
  }

  return function flatten(set: SelectionSetNode | undefined, seen = new Set<string>()): FieldNode[] {
    return (set?.selections ?? []).flatMap((node) => {
      if (isLeftOut(node)) return [];
      if (node.kind === Kind.FIELD) return [node];
      if (node.kind === Kind.INLINE_FRAGMENT) return flatten(node.selectionSet, seen);
      const name = node.name.value;
      if (seen.has(name)) return [];
      seen.add(name);
      return flatten(fragments.get(name)?.selectionSet, seen);
    });
  };
}
