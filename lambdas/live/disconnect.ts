import { forgetConnection } from '../deliver/end-connection.ts';

/** A connection has ended. Where the platform does not say so, the one-minute rule finds out. */
export async function disconnect(connection: string): Promise<void> {
  await forgetConnection(connection);
}
