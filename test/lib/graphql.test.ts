import { expect, test } from 'vitest';

// As `cdk -c graphqlIntrospection=off` hands it over; read when the templates are made.
process.env.CDK_CONTEXT_JSON = JSON.stringify({ graphqlIntrospection: 'off' });
const { functionOf } = await import('./sample-stack.ts');
const { grantedStatements } = await import('./granted-statements.ts');

const variablesOf = (name: string) =>
  (functionOf('prod', name)[1].Properties.Environment as { Variables: Record<string, string> }).Variables;

test.each(['graphql', 'stream-graphql'])('%s shows its schema to nobody where the context says so', (name) => {
  expect(variablesOf(name).GRAPHQL_INTROSPECTION).toBe('0');
});

test('live may invoke graphql, by the name that it is told, and no other function', () => {
  const { GRAPHQL_FUNCTION: name } = variablesOf('live');
  expect(functionOf('prod', 'graphql')[1].Properties.FunctionName).toBe(name);
  const invokes = grantedStatements('prod').filter(({ Action }) =>
    JSON.stringify(Action).includes('lambda:InvokeFunction'),
  );
  expect(invokes).toHaveLength(1);
  expect(JSON.stringify(invokes[0]?.Resource)).toContain(`:function:${name}"`);
});
