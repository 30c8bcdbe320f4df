import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** The answer of a conditional write, or undefined where its condition does not hold. */
export async function unlessRefused<Answer>(write: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
