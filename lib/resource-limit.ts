import { CfnResource, Stack } from 'aws-cdk-lib';

/** What CloudFormation takes in one template ("CloudFormation quotas"). */
const maxResources = 500;

/** Throws where a stack has become too large to deploy, and says how many job types would fit. */
export function checkResourceLimit(stack: Stack, typeCount: number): void {
  const own = stack.node.findAll().filter((node) => CfnResource.isCfnResource(node) && Stack.of(node) === stack);
  if (own.length <= maxResources) return;
  const ofTypes = own.filter(({ node }) => /^[^/]+\/(Queue|Run)-/.test(node.path));
  // And the undertaker's event source for each dead-letter queue.
  const perType = ofTypes.length / typeCount + 1;
  const fitting = typeCount - Math.ceil((own.length - maxResources) / perType);
  throw new Error(
    `Cannot put ${typeCount} job types into the stack ${stack.stackName}: they take ${own.length} resources of the ${maxResources} that CloudFormation allows, at most ${fitting} types fit, the others must go to a second project with a name of its own in package.json`,
  );
}
