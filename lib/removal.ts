import { RemovalPolicy } from 'aws-cdk-lib';
import type { Stage } from './stages.ts';

/**
 * What becomes of data when its resource leaves the stack. A stage that keeps data still takes back what a failed first
 * deployment has made: fixed names would be in the way of the next one.
 */
export function dataRemovalPolicy({ keepsData }: Stage): RemovalPolicy {
  return keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
